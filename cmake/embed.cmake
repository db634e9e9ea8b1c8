# embed_folder(target what folder sub pattern): every file below `sub` that fits the pattern becomes read-only data of
# `target`, reached by embedded_<what>() (store/embedded.hpp) under its path below `folder`. The build reads each file
# once and stores its SHA-256 beside it.
function(embed_folder target what folder sub pattern)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${folder} ${CMAKE_SOURCE_DIR}/${sub}/${pattern})
  list(SORT files)
  set(assembly ".section .rodata\n")
  set(declarations "")
  set(rows "")
  set(paths "")
  set(n 0)
  foreach(file IN LISTS files)
    set(path ${folder}/${file})
    string(APPEND assembly ".balign 16\n.globl securebase_${what}_${n}\nsecurebase_${what}_${n}:\n.incbin \"${path}\"\n"
                           ".globl securebase_${what}_${n}_end\nsecurebase_${what}_${n}_end:\n.byte 0\n")
    string(APPEND declarations "extern const char securebase_${what}_${n}[];\nextern const char securebase_${what}_${n}_end[];\n")
    file(SHA256 ${path} hash)
    string(APPEND rows "    {\"${file}\", securebase_${what}_${n}, securebase_${what}_${n}_end, \"${hash}\"},\n")
    list(APPEND paths ${path})
    math(EXPR n "${n} + 1")
  endforeach()
  string(APPEND assembly ".section .note.GNU-stack,\"\",@progbits\n")
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/embedded_${what})
  file(CONFIGURE OUTPUT ${generated}.S CONTENT "${assembly}" @ONLY)
  file(CONFIGURE OUTPUT ${generated}.cpp CONTENT
"#include \"store/embedded.hpp\"
extern \"C\" {
${declarations}}
namespace securebase::store {
namespace {
const EmbeddedFile rows[] = {
${rows}    {nullptr, nullptr, nullptr, nullptr}};
}  // namespace
std::span<const EmbeddedFile> embedded_${what}() { return {rows, ${n}}; }
}  // namespace securebase::store
" @ONLY)
  set_source_files_properties(${generated}.S PROPERTIES OBJECT_DEPENDS "${paths}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${paths})
  target_sources(${target} PRIVATE ${generated}.S ${generated}.cpp)
endfunction()
