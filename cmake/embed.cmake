# embed_folder(target folder sub): every file of folder/sub becomes read-only data of `target`, reached by
# securebase_embedded[] (store/embedded.hpp). The build reads each file once and stores its SHA-256 beside it.
function(embed_folder target folder sub)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${folder} ${CMAKE_SOURCE_DIR}/${sub}/*.toml)
  list(SORT files)
  set(assembly ".section .rodata\n")
  set(declarations "")
  set(rows "")
  set(paths "")
  set(n 0)
  foreach(file IN LISTS files)
    set(path ${folder}/${file})
    string(APPEND assembly ".balign 16\n.globl securebase_blob_${n}\nsecurebase_blob_${n}:\n.incbin \"${path}\"\n"
                           ".globl securebase_blob_${n}_end\nsecurebase_blob_${n}_end:\n.byte 0\n")
    string(APPEND declarations "extern const char securebase_blob_${n}[];\nextern const char securebase_blob_${n}_end[];\n")
    file(SHA256 ${path} hash)
    string(APPEND rows "    {\"${file}\", securebase_blob_${n}, securebase_blob_${n}_end, \"${hash}\"},\n")
    list(APPEND paths ${path})
    math(EXPR n "${n} + 1")
  endforeach()
  string(APPEND assembly ".section .note.GNU-stack,\"\",@progbits\n")
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/embedded_content)
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
std::span<const EmbeddedFile> embedded_files() { return {rows, ${n}}; }
}  // namespace securebase::store
" @ONLY)
  set_source_files_properties(${generated}.S PROPERTIES OBJECT_DEPENDS "${paths}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${paths})
  target_sources(${target} PRIVATE ${generated}.S ${generated}.cpp)
endfunction()
