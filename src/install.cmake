# What `cmake --install` puts in place and what `cpack -G DEB` packs.
include(CMakePackageConfigHelpers)
set(share ${CMAKE_INSTALL_DATADIR}/laggard)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/laggard)

install(TARGETS laggard RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
if(LAGGARD_TORCH)
  install(TARGETS laggard_torch LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/laggard)
endif()

# The folders of a checkout that are read, so that `cd share/laggard` finds every file by the name
# that pages and configurations use.
install(DIRECTORY configs experiments DESTINATION ${share} FILES_MATCHING
        PATTERN "*.json" PATTERN "*.md" PATTERN "*.csv" PATTERN "*.txt" PATTERN "*.sh"
        PATTERN "*.sbatch")
install(DIRECTORY results/weights results/reference DESTINATION ${share}/results FILES_MATCHING
        PATTERN "*.h5" PATTERN "*.md" PATTERN "*.png")
# Pages link each other, so that those about the source and the tests come along.
install(FILES README.md DESTINATION ${share})
foreach(folder results src tests tests/bench tests/golden)
  install(FILES ${folder}/README.md DESTINATION ${share}/${folder})
endforeach()
install(DIRECTORY plotting DESTINATION ${share} USE_SOURCE_PERMISSIONS
        PATTERN "__pycache__" EXCLUDE PATTERN "tests" EXCLUDE PATTERN "build" EXCLUDE
        PATTERN "*.egg-info" EXCLUDE)
install(FILES CHANGELOG.md CITATION.cff DESTINATION ${CMAKE_INSTALL_DOCDIR})
file(RELATIVE_PATH plot_target /${CMAKE_INSTALL_BINDIR} /${share}/plotting/plot)
file(CREATE_LINK ${plot_target} ${PROJECT_BINARY_DIR}/laggard-plot SYMBOLIC)
install(FILES ${PROJECT_BINARY_DIR}/laggard-plot DESTINATION ${CMAKE_INSTALL_BINDIR})

# laggard::codes. Eigen lays out and frees memory by this number, which follows from -march: a
# program that is compiled with other flags has to use the same one.
execute_process(COMMAND ${CMAKE_CXX_COMPILER} ${LAGGARD_ARCH_OPTION} -dM -E -x c++ /dev/null
                OUTPUT_VARIABLE macros)
set(alignment 16)
if(macros MATCHES "__AVX512F__")
  set(alignment 64)
elseif(macros MATCHES "__AVX__")
  set(alignment 32)
endif()
target_include_directories(laggard_codes INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/laggard>)
target_compile_definitions(laggard_codes INTERFACE EIGEN_MAX_ALIGN_BYTES=${alignment})
target_compile_features(laggard_codes INTERFACE cxx_std_20)
target_link_libraries(laggard_codes INTERFACE Eigen3::Eigen fmt::fmt nlohmann_json::nlohmann_json)
set_target_properties(laggard_codes PROPERTIES EXPORT_NAME codes)
install(TARGETS laggard_codes EXPORT laggard_targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT laggard_targets NAMESPACE laggard:: FILE laggardTargets.cmake DESTINATION ${package})
foreach(folder core config math schemes)
  install(DIRECTORY src/${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/laggard
          FILES_MATCHING PATTERN "*.hpp")
endforeach()
configure_package_config_file(src/laggardConfig.cmake.in ${PROJECT_BINARY_DIR}/laggardConfig.cmake
                              INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/laggardConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/laggardConfig.cmake
              ${PROJECT_BINARY_DIR}/laggardConfigVersion.cmake DESTINATION ${package})

set(CPACK_PACKAGE_CONTACT "laggard maintainers <maintainers@users.noreply.github.com>")
set(CPACK_PACKAGE_VENDOR laggard)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)  # libraries, with their versions, as dpkg-shlibdeps finds them
set(CPACK_DEBIAN_PACKAGE_DEPENDS openmpi-bin)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS
    "python3, python3-numpy, python3-h5py, python3-matplotlib, dataset-fashion-mnist")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS
    "libeigen3-dev, libfmt-dev, nlohmann-json3-dev, python3-pandas, python3-scipy")
include(CPack)
