# A room is one folder under src/, one static library, one namespace.
# arrows.txt says which rooms a room may use; nothing else is on its include path.

add_library(securebase_options INTERFACE)
target_compile_options(securebase_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow=local -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wdouble-promotion -Wformat=2 -Wimplicit-fallthrough -Wcast-align
  -fstack-protector-strong -ffp-contract=off "-ffile-prefix-map=${CMAKE_SOURCE_DIR}=."
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op -Wuseless-cast -fstack-clash-protection>
  $<$<BOOL:${SECUREBASE_WERROR}>:-Werror>
  $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS>)
target_link_options(securebase_options INTERFACE -Wl,-z,relro,-z,now)
if(SECUREBASE_SANITIZE)
  target_compile_options(securebase_options INTERFACE
    -fsanitize=${SECUREBASE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(securebase_options INTERFACE -fsanitize=${SECUREBASE_SANITIZE})
endif()

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

# securebase_room([LIBRARIES third-party targets, private to the room]): called in src/<room>/CMakeLists.txt
function(securebase_room)
  cmake_parse_arguments(arg "" "" "LIBRARIES" ${ARGN})
  get_filename_component(room ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  add_library(${room} STATIC ${sources})
  set(root ${CMAKE_SOURCE_DIR}/build/rooms/${room})
  file(MAKE_DIRECTORY ${root})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${root}/${room} SYMBOLIC)
  target_include_directories(${room} PUBLIC ${root})
  securebase_arrows(${room} allowed)
  target_link_libraries(${room} PUBLIC ${allowed} PRIVATE ${arg_LIBRARIES} securebase_options)
endfunction()

macro(securebase_rooms)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/arrows.txt)
  foreach(room base stats models report catalog measures service wire store http cli)
    if(EXISTS ${CMAKE_SOURCE_DIR}/src/${room}/CMakeLists.txt)
      add_subdirectory(src/${room})
    endif()
  endforeach()
endmacro()
