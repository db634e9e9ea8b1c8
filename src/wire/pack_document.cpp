#include "wire/pack_document.hpp"

#include <nlohmann/json.hpp>

namespace securebase::wire {
namespace {

using Json = nlohmann::ordered_json;

std::string whole(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json match_json(const catalog::PackMatch& match) {
  return {{"item", match.item},      {"gist", match.gist},        {"link", match.link},
          {"text", match.text},      {"lowest", match.range.min}, {"highest", match.range.max},
          {"answers", match.answers}};
}

template <class Row, class Convert>
Json all(const std::vector<Row>& rows, Convert convert) {
  Json array = Json::array();
  for (const Row& row : rows) array.push_back(convert(row));
  return array;
}

}  // namespace

std::string pack_match_document(const catalog::Pack& pack, const catalog::PackReview& review,
                                const catalog::Instrument& instrument, const catalog::Order& order,
                                bool imported) {
  return whole(
      {{"schema", "securebase.wording_match/1"},
       {"instrument", instrument.id},
       {"version", instrument.version},
       {"order", order.id},
       {"file", pack.file},
       {"format", catalog::to_text(pack.format)},
       {"language", pack.language},
       {"title", pack.title},
       {"instruction", pack.instruction},
       {"statement", pack.copyright},
       {"fits", review.fits()},
       {"imported", imported},
       {"items", all(review.items, match_json)},
       {"differences", all(review.differences,
                           [](const Error& one) -> Json {
                             return {{"code", one.code}, {"link", one.where.field}, {"detail", one.detail}};
                           })},
       {"not_imported", all(review.rest,
                            [](const catalog::PackRest& one) -> Json {
                              return {{"link", one.link}, {"why", one.why}};
                            })},
       {"notes", review.notes}});
}

std::string wording_guide_document(const catalog::Instrument& instrument,
                                   const catalog::WordingGuide& guide) {
  return whole({{"schema", "securebase.wording_guide/1"},
                {"instrument", instrument.id},
                {"version", instrument.version},
                {"title", guide.title},
                {"holder", guide.holder},
                {"terms", guide.terms},
                {"verified", guide.verified},
                {"note", guide.note},
                {"attribution", guide.attribution},
                {"sources", all(guide.sources,
                                [](const catalog::Source& one) -> Json {
                                  return {{"citation", one.citation}, {"url", one.url}};
                                })},
                {"steps", guide.steps},
                {"letter", guide.letter}});
}

}  // namespace securebase::wire
