#pragma once
// The pages of a listener beside its API: files the program carries, and one page that answers every other
// path, because the browser knows which view a path means.

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace securebase::http {

struct PageFile {
  std::string_view path;  ///< such as "assets/app-1a2b.js"; beside it "….gz", the same compressed
  std::string_view bytes;
  std::string_view hash;  ///< of the bytes
};

/// A Handler. GET and HEAD of anything but /api: files below assets/ may be kept for ever (their names change
/// with them), others are asked for each time, and `entry` is made anew for each request, with the request's
/// nonce in place of __CSP_NONCE__. What is below /api goes on to `api`.
class Pages {
 public:
  /// What `files` refer to outlives this. Without files every page says that this build has none.
  Pages(std::span<const PageFile> files, std::string_view entry, Handler api);

  [[nodiscard]] Response operator()(Request& request) const;

 private:
  [[nodiscard]] Response page(const Request& request) const;
  [[nodiscard]] Response file(const Request& request, const PageFile& plain) const;
  [[nodiscard]] const PageFile* find(std::string_view path) const;

  std::map<std::string_view, PageFile> files_;
  std::string_view entry_;
  Handler api_;
};

}  // namespace securebase::http
