#include "http/document.hpp"

#include <cstdint>
#include <utility>

#include "base/version.hpp"

namespace securebase::http {
namespace {

/// What is kept of a document.
struct Content {
  Private<std::string> words;
  wire::Node shown;

  static constexpr auto fields(const auto& use) {
    using service::Field;
    return use(Field{"words", &Content::words}, Field{"shown", &Content::shown});
  }
};

Private<std::string> freeze(const Private<std::string>& words, const service::Shown& shown) {
  return Private(wire::to_json(wire::to_node(Content{words, wire::to_node(shown)})));
}

}  // namespace

Result<service::DocumentView> sign_document(const service::Practice& practice, const service::Actor& actor,
                                            const Id<service::Course>& course,
                                            const service::SignDocument& input) {
  return service::sign_document(practice, actor, course, input, std::string(engine_version()), freeze);
}

Result<DocumentPage> read_document(const service::Practice& practice, const service::Actor& actor,
                                   const Id<service::Course>& course, const Id<service::SignedDocument>& id) {
  const auto document = service::read_document(practice, actor, course, id);
  if (!document) return tl::unexpected(document.error());
  const auto node = wire::parse_json(document->content.reveal(), SIZE_MAX);  // our own
  if (!node) return tl::unexpected(node.error());
  auto content = wire::from_node<Content>(*node);
  if (!content) return tl::unexpected(content.error());
  return DocumentPage{
      {document->id, document->person, document->kind, document->signed_by, document->signed_at},
      std::move(content->words),
      std::move(content->shown)};
}

}  // namespace securebase::http
