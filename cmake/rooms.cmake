# A room is one folder under src/, one static library, one namespace.
# arrows.txt says which rooms a room may use; nothing else is on its include path.

add_library(securebase_options INTERFACE)
target_compile_options(securebase_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wdouble-promotion -Wformat=2 -Wimplicit-fallthrough -Wcast-align
  -fstack-protector-strong -ffp-contract=off "-ffile-prefix-map=${CMAKE_SOURCE_DIR}=."
  $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local -Wduplicated-cond -Wlogical-op -Wuseless-cast -fstack-clash-protection>
  $<$<BOOL:${SECUREBASE_WERROR}>:-Werror>
  $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS>)
target_link_options(securebase_options INTERFACE -Wl,-z,relro,-z,now)
if(SECUREBASE_SANITIZE)
  # Left out: what the address sanitizer sees at the access itself. They would be a third of the compiler's time.
  set(left_out "")
  if(SECUREBASE_SANITIZE MATCHES undefined)
    set(left_out
        "-fno-sanitize=null,alignment,object-size,pointer-overflow,vptr,nonnull-attribute,returns-nonnull-attribute")
  endif()
  target_compile_options(securebase_options INTERFACE
    -fsanitize=${SECUREBASE_SANITIZE} ${left_out} -fno-sanitize-recover=all -fno-omit-frame-pointer
    # Tests are not the program: nothing is asked of their own code, which is half of all there is to compile.
    $<$<BOOL:$<TARGET_PROPERTY:SECUREBASE_IS_TEST>>:-fno-sanitize=address,undefined>)
  target_link_options(securebase_options INTERFACE -fsanitize=${SECUREBASE_SANITIZE})
endif()
target_compile_options(securebase_options INTERFACE
  $<$<AND:$<CONFIG:Debug>,$<BOOL:$<TARGET_PROPERTY:SECUREBASE_IS_TEST>>>:-O0>)

# securebase_arrows(room out): the rooms arrows.txt lets `room` use.
function(securebase_arrows room out)
  file(STRINGS ${CMAKE_SOURCE_DIR}/arrows.txt lines REGEX "^${room}:")
  list(LENGTH lines count)
  if(NOT count EQUAL 1)
    message(FATAL_ERROR "arrows.txt: expected one line for the room '${room}', found ${count}")
  endif()
  string(REGEX REPLACE "^${room}:" "" allowed "${lines}")
  string(STRIP "${allowed}" allowed)
  string(REPLACE " " ";" allowed "${allowed}")
  set(${out} ${allowed} PARENT_SCOPE)
endfunction()

# securebase_room([GLUE | NUMERIC] [LIBRARIES third-party targets, private to the room] [INSTALL [EXCEPT headers]]
#                 [ALONE sources]), called in src/<room>/CMakeLists.txt.
# GLUE: computes next to nothing, so that the tests' build leaves it unoptimised, which takes the compiler two thirds of
# the time. NUMERIC: Eigen's own assertions and the address sanitizer watch its arrays, so that the tests' build spares
# the other sanitizer and lines up less: again two thirds. INSTALL: part of the CMake package `securebase`, its headers
# but EXCEPT with it.
# Six sources are compiled as one, which takes less than half the time; those whose private names collide with
# another's stand ALONE (CMake's message would be "redefinition of").
function(securebase_room)
  cmake_parse_arguments(arg "INSTALL;GLUE;NUMERIC" "" "LIBRARIES;EXCEPT;ALONE" ${ARGN})
  get_filename_component(room ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  add_library(${room} STATIC ${sources})
  if(SECUREBASE_UNITY)
    set_target_properties(${room} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
    foreach(source ${arg_ALONE})
      if(NOT EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${source}.cpp)
        message(FATAL_ERROR "ALONE names a source that is not there: ${source}.cpp")
      endif()
      set_source_files_properties(${source}.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    endforeach()
  endif()
  if(arg_GLUE)
    target_compile_options(${room} PRIVATE $<$<CONFIG:Debug>:-O0>)
  endif()
  if(arg_NUMERIC)
    target_compile_options(${room} PRIVATE $<$<CONFIG:Debug>:-Og>)
    if(SECUREBASE_SANITIZE MATCHES undefined)
      target_compile_options(${room} PRIVATE $<$<CONFIG:Debug>:-fno-sanitize=undefined>)
    endif()
  endif()
  set(root ${CMAKE_SOURCE_DIR}/build/rooms/${room})
  file(MAKE_DIRECTORY ${root})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${root}/${room} SYMBOLIC)
  target_include_directories(${room} PUBLIC $<BUILD_INTERFACE:${root}> $<INSTALL_INTERFACE:include/securebase>)
  securebase_arrows(${room} allowed)
  target_link_libraries(${room} PUBLIC ${allowed}
    PRIVATE $<BUILD_INTERFACE:securebase_options> "$<BUILD_INTERFACE:${arg_LIBRARIES}>")
  if(arg_INSTALL)
    file(GLOB headers CONFIGURE_DEPENDS *.hpp)
    list(TRANSFORM arg_EXCEPT PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
    list(TRANSFORM arg_EXCEPT APPEND .hpp)
    foreach(header ${arg_EXCEPT})
      if(NOT EXISTS ${header})
        message(FATAL_ERROR "EXCEPT names a header that is not there: ${header}")
      endif()
    endforeach()
    list(REMOVE_ITEM headers ${arg_EXCEPT} "")
    install(FILES ${headers} DESTINATION include/securebase/${room} COMPONENT package EXCLUDE_FROM_ALL)
    install(TARGETS ${room} EXPORT securebase ARCHIVE DESTINATION lib/securebase COMPONENT package EXCLUDE_FROM_ALL)
  endif()
endfunction()

macro(securebase_rooms)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/arrows.txt)
  foreach(room base stats models report catalog measures coding attachment therapy service wire store http cli)
    if(EXISTS ${CMAKE_SOURCE_DIR}/src/${room}/CMakeLists.txt)
      add_subdirectory(src/${room})
    endif()
  endforeach()
endmacro()
