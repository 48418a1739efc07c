// The program with one more kind of experiment.
#include "commands/program.hpp"
#include "experiment/dice.hpp"
#include "experiment/kinds.hpp"

int main(int argc, char** argv) {
  static const laggard::testing::DiceKind dice;
  laggard::sweep::Kinds kinds = laggard::experiment::kinds();
  kinds.kinds.push_back(&dice);
  return laggard::commands::run_program(argc, argv, kinds);
}
