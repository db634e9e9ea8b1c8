include(CMakeFindDependencyMacro)
find_dependency(fmt 9)
find_dependency(tl-expected)
include(${CMAKE_CURRENT_LIST_DIR}/securebase-targets.cmake)
