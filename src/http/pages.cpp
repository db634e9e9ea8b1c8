#include "http/pages.hpp"

#include <array>
#include <utility>

namespace securebase::http {
namespace {

constexpr std::string_view nonce_marker = "__CSP_NONCE__";

std::string_view type_of(std::string_view path) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> types = {
      {{".js", "text/javascript; charset=utf-8"},
       {".css", "text/css; charset=utf-8"},
       {".html", "text/html; charset=utf-8"},
       {".svg", "image/svg+xml"},
       {".png", "image/png"},
       {".woff2", "font/woff2"},
       {".json", "application/json"},
       {".webmanifest", "application/manifest+json"}}};
  for (const auto& [ending, type] : types)
    if (path.ends_with(ending)) return type;
  return "application/octet-stream";
}

bool is_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

bool takes_gzip(const Request& request) {
  const auto accepted = request.header("accept-encoding");
  return accepted && accepted->find("gzip") != std::string_view::npos &&
         accepted->find("gzip;q=0") == std::string_view::npos;
}

}  // namespace

Pages::Pages(std::span<const PageFile> files, std::string_view entry, Handler api)
    : entry_(entry), api_(std::move(api)) {
  for (const PageFile& file : files) files_.emplace(file.path, file);
}

const PageFile* Pages::find(std::string_view path) const {
  const auto at = files_.find(path);
  return at == files_.end() ? nullptr : &at->second;
}

Response Pages::operator()(Request& request) const {
  if (is_below(request.path, "/api")) return api_(request);
  if (request.method != Method::get && request.method != Method::head) {
    Response refused = to_response(Problem{405, "http.method", "Pages are asked for by GET.", ""});
    refused.headers.emplace_back("Allow", "GET, HEAD");
    return refused;
  }
  const std::string_view path = std::string_view(request.path).substr(1);
  const PageFile* const found = path.ends_with(".html") || path.ends_with(".gz") ? nullptr : find(path);
  if (found != nullptr) return file(request, *found);
  if (is_below(path, "assets"))
    return to_response(Problem{404, "http.not_found", "There is no such file: load the page anew.", ""});
  return page(request);
}

Response Pages::file(const Request& request, const PageFile& plain) const {
  Response response;
  response.content_type = type_of(plain.path);
  response.cache = is_below(plain.path, "assets") ? Cache::immutable : Cache::revalidate;
  const PageFile* sent = &plain;
  if (const PageFile* const packed = find(std::string(plain.path) + ".gz")) {
    response.headers.emplace_back("Vary", "Accept-Encoding");
    if (takes_gzip(request)) {
      response.headers.emplace_back("Content-Encoding", "gzip");
      sent = packed;
    }
  }
  response.etag = '"' + std::string(sent->hash.substr(0, 32)) + '"';
  response.constant_body = sent->bytes;
  return response;
}

Response Pages::page(const Request& request) const {
  const PageFile* const entry = find(entry_);
  if (entry == nullptr)
    return to_response(
        Problem{404, "http.no_pages", "This build has no pages, only the API below /api/v1.", ""});
  Response response;
  response.content_type = type_of(entry->path);
  std::string_view left = entry->bytes;
  for (auto at = left.find(nonce_marker); at != std::string_view::npos; at = left.find(nonce_marker)) {
    response.body += left.substr(0, at);
    response.body += request.csp_nonce;
    left.remove_prefix(at + nonce_marker.size());
  }
  response.body += left;
  return response;
}

}  // namespace securebase::http
