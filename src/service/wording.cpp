#include "service/wording.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/printable.hpp"
#include "base/unseen.hpp"
#include "base/version.hpp"
#include "catalog/language.hpp"

namespace securebase::service {
namespace {

Place field(std::string name) {
  return {"", 0, 0, std::move(name)};
}

Place at_row(const WordingFile& file, const WordingRow& row) {
  return {file.name, row.line, 0, "item"};
}

int items_of(const Definition& definition) {
  return static_cast<int>(definition.instrument->items.size());
}

Result<bool> check(const Definition& definition, const WordingTerms& terms) {
  if (auto may = may_import(definition); !may) return may;
  if (letters_in(terms.licence) == 0 || terms.licence.size() > longest_licence)
    return fail(ErrorKind::bad_data, "wording.licence",
                fmt::format("who allows this wording to be used and on what terms, in 1 to {} bytes",
                            longest_licence),
                field("licence"));
  if (const auto sign = unseen_sign(terms.licence); sign)
    return fail(ErrorKind::bad_data, "wording.licence",
                fmt::format("the terms without signs that cannot be seen ({})", *sign), field("licence"));
  return true;
}

/// The texts of one language, each in its place.
class Matching {
 public:
  Matching(const Definition& definition, const WordingFile& file, const WordingText& text)
      : definition_(definition), file_(file), text_(text) {}

  Result<WordingReview> review() {
    const auto locale = catalog::language_tag(text_.locale);
    if (!locale)
      return fail(ErrorKind::bad_data, "wording.locale", std::string(catalog::valid_language),
                  Place{file_.name, 0, 0, "locale"});
    for (const auto* whole : {&text_.title, &text_.instruction})
      if (const auto why = unsound(*whole); why)
        return bad_text(fmt::format("the {}: {}", whole == &text_.title ? "title" : "instruction", *why),
                        {file_.name, 0, 0, "text"});
    for (const WordingRow& row : text_.rows)
      if (auto taken = take(row); !taken) return tl::unexpected(taken.error());
    if (auto whole = check_items(); !whole) return tl::unexpected(whole.error());
    WordingReview review{definition_.instrument->id,
                         definition_.instrument->version,
                         definition_.order->id,
                         *locale,
                         text_.title,
                         text_.instruction,
                         {},
                         {},
                         false,
                         false};
    review.format = file_.origin ? file_.origin->format : "table of texts";
    if (file_.origin) review.statement = file_.origin->statement;
    for (int position = 1; position <= items_of(definition_); ++position)
      if (auto added = add(review, position); !added) return tl::unexpected(added.error());
    return review;
  }

 private:
  static tl::unexpected<Error> bad_text(std::string detail, Place where) {
    return fail(ErrorKind::bad_data, "wording.text", std::move(detail), std::move(where));
  }

  /// Why it cannot be shown as it stands; nothing where it can.
  static std::optional<std::string> unsound(const std::string& text) {
    if (text.size() > longest_wording) return fmt::format("1 to {} bytes of text", longest_wording);
    const auto sign = unseen_sign(text);
    return sign ? std::optional(fmt::format("text without signs that cannot be seen ({})", *sign))
                : std::nullopt;
  }

  static std::string name_of(const WordingRow& row) {
    if (!row.answer) return fmt::format("item {}", row.item);
    return row.item == 0 ? fmt::format("answer {}", *row.answer)
                         : fmt::format("item {}, answer {}", row.item, *row.answer);
  }

  Result<bool> take(const WordingRow& row) {
    const int most = items_of(definition_);
    if (row.item < 0 || row.item > most || (row.item == 0 && !row.answer))
      return fail(ErrorKind::bad_data, "wording.items",
                  fmt::format("there is no item {}: this instrument has the items 1 to {}", row.item, most),
                  at_row(file_, row));
    const Place where{file_.name, row.line, 0, "text"};
    if (const auto why = unsound(row.text); why)
      return bad_text(fmt::format("{}: {}", name_of(row), *why), where);
    if (letters_in(row.text) == 0)
      return bad_text(fmt::format("{}: 1 to {} bytes of text", name_of(row), longest_wording), where);
    if (!found_.emplace(std::pair(row.item, row.answer), &row).second)
      return fail(ErrorKind::bad_data, "wording.items", "this text is there twice in the same language",
                  at_row(file_, row));
    return true;
  }

  [[nodiscard]] const WordingRow* find(int item, std::optional<int> answer) const {
    const auto at = found_.find({item, answer});
    return at == found_.end() ? nullptr : at->second;
  }
  [[nodiscard]] bool is_optional(int position) const {
    return definition_.instrument->items.at(static_cast<std::size_t>(position - 1)).optional;
  }

  Result<bool> check_items() const {
    std::vector<int> missing;
    for (int position = 1; position <= items_of(definition_); ++position)
      if (find(position, {}) == nullptr && !is_optional(position)) missing.push_back(position);
    if (missing.empty()) return true;
    return fail(ErrorKind::bad_data, "wording.items",
                fmt::format("no text in '{}' for item {}: this instrument has the items 1 to {}",
                            text_.locale, fmt::join(missing, ", "), items_of(definition_)),
                Place{file_.name, 0, 0, "item"});
  }

  /// The answers' texts that a row for `item` gives; none where there is not one.
  Result<std::vector<std::string>> options(int item, catalog::AnswerRange range) const {
    std::vector<std::string> texts;
    const auto from = found_.lower_bound({item, std::optional<int>()});
    for (auto at = from; at != found_.end() && at->first.first == item; ++at) {
      const auto answer = at->first.second;
      if (!answer) continue;
      if (*answer != range.min + static_cast<int>(texts.size()) || *answer > range.max)
        return wrong_answers(item, range, *at->second);
      texts.push_back(at->second->text);
    }
    if (!texts.empty() && static_cast<int>(texts.size()) != range.max - range.min + 1)
      return wrong_answers(item, range, *find(item, range.min));
    return texts;
  }
  [[nodiscard]] tl::unexpected<Error> wrong_answers(int item, catalog::AnswerRange range,
                                                    const WordingRow& row) const {
    return fail(
        ErrorKind::bad_data, "wording.answers",
        fmt::format("{} has the answers {} to {}: a text for each of them, or for none",
                    item == 0 ? "the instrument" : fmt::format("item {}", item), range.min, range.max),
        at_row(file_, row));
  }

  Result<bool> add(WordingReview& review, int position) const {
    const auto range = catalog::range_in_order(*definition_.instrument, *definition_.order, position);
    const auto own = options(position, range);
    if (!own) return tl::unexpected(own.error());
    // What holds for every item holds for those with the order's own range.
    const bool usual = range == definition_.order->range;
    const auto shared = own->empty() && usual ? options(0, range) : own;
    if (!shared) return tl::unexpected(shared.error());
    const WordingRow* text = find(position, {});
    if (text == nullptr) {
      review.without_text.push_back(position);
      return true;
    }
    const bool numbered_alike = definition_.order == &definition_.instrument->orders.front();
    const auto& item = definition_.instrument->items.at(static_cast<std::size_t>(position - 1));
    review.items.push_back({position, numbered_alike ? item.gist : "",
                            is_risk_item(*definition_.instrument, position), text->text, *shared});
    return true;
  }

  const Definition& definition_;
  const WordingFile& file_;
  const WordingText& text_;
  std::map<std::pair<int, std::optional<int>>, const WordingRow*> found_;
};

/// Those in use that a wording would take the place of: of its language, however that is written.
Result<std::vector<WordingPack>> same_language(Transaction& transaction, const WordingReview& review) {
  auto packs = list<WordingPack>(
      transaction,
      {{where(&WordingPack::instrument, review.instrument), where(&WordingPack::version, review.version),
        where(&WordingPack::item_order, review.item_order), where(&WordingPack::retired_at, Is::absent)},
       {},
       {}});
  if (!packs) return packs;
  std::erase_if(*packs, [&](const WordingPack& pack) {
    return catalog::language_tag(pack.locale).value_or(pack.locale) != review.locale;
  });
  return packs;
}

Result<bool> retire(Transaction& transaction, const Practice& practice, const std::vector<Condition>& which) {
  const auto retired = change<WordingPack>(
      transaction, {to(&WordingPack::retired_at, std::optional(practice.clock.now()))}, which);
  if (!retired) return tl::unexpected(retired.error());
  return *retired > 0;
}

Result<bool> keep(Transaction& transaction, const Practice& practice, const Actor& actor,
                  const WordingTerms& terms, const WordingFile& file, const WordingText& text,
                  const WordingReview& review) {
  const auto there = same_language(transaction, review);
  if (!there) return tl::unexpected(there.error());
  for (const WordingPack& pack : *there)
    if (auto retired = retire(transaction, practice, {where(&WordingPack::id, pack.id)}); !retired)
      return retired;
  WordingPack pack{new_id<WordingPack>(practice.entropy),
                   review.instrument,
                   review.version,
                   review.item_order,
                   review.locale,
                   review.title,
                   review.instruction,
                   terms.licence,
                   file.name,
                   {},
                   practice.clock.now(),
                   {},
                   {},
                   {},
                   {},
                   {}};
  if (file.origin) {
    pack.source_format = file.origin->format;
    pack.source_sha256 = file.origin->sha256;
    pack.source_statement = file.origin->statement;
    pack.importer = file.origin->importer;
  }
  if (actor.kind == Actor::Kind::user) pack.imported_by = actor.user;
  if (auto added = insert(transaction, pack); !added) return added;
  for (const WordingRow& row : text.rows) {
    const WordingLine line{new_id<WordingLine>(practice.entropy), pack.id, row.item, row.answer, row.text};
    if (auto added = insert(transaction, line); !added) return added;
  }
  return true;
}

std::string order_ids(const std::vector<catalog::Order>& orders) {
  std::string ids;
  for (const catalog::Order& order : orders) ids += (ids.empty() ? "" : ", ") + order.id;
  return ids;
}

std::vector<Condition> in_use(const Definition& definition) {
  return {where(&WordingPack::instrument, definition.instrument->id),
          where(&WordingPack::version, definition.instrument->version),
          where(&WordingPack::item_order, definition.order->id), where(&WordingPack::retired_at, Is::absent)};
}

/// Puts a line of a pack in its place. Lines were matched with the definition when they were imported.
void place(catalog::Text& text, const Definition& definition, const WordingLine& line) {
  if (!line.answer) {
    text.items.at(static_cast<std::size_t>(line.item - 1)).text = line.text;
    return;
  }
  const auto range = line.item == 0
                         ? definition.order->range
                         : catalog::range_in_order(*definition.instrument, *definition.order, line.item);
  auto& options =
      line.item == 0 ? text.options : text.items.at(static_cast<std::size_t>(line.item - 1)).options;
  options.resize(static_cast<std::size_t>(range.max - range.min + 1));
  options.at(static_cast<std::size_t>(*line.answer - range.min)) = line.text;
}

std::string statement_of(const catalog::Pack& pack) {
  if (pack.version.empty()) return pack.copyright;
  return fmt::format("{}{}Version: {}", pack.copyright, pack.copyright.empty() ? "" : "\n", pack.version);
}

/// A match that fits, as a file that says its texts by number.
WordingFile words_of(const Definition& definition, const PackFile& file, const catalog::PackReview& match) {
  const auto text = catalog::text_of(file.pack, match, *definition.instrument, *definition.order);
  return {file.name,
          {wording_of(text, *definition.instrument, *definition.order)},
          WordingOrigin{std::string(catalog::to_text(file.pack.format)), file.sha256, statement_of(file.pack),
                        std::string(engine_version())}};
}

WordingReview told(const Definition& definition, const PackFile& file, const catalog::PackReview& match) {
  WordingReview review;
  review.instrument = definition.instrument->id;
  review.version = definition.instrument->version;
  review.item_order = definition.order->id;
  review.locale = file.pack.language;
  review.title = file.pack.title;
  review.instruction = file.pack.instruction;
  review.format = catalog::to_text(file.pack.format);
  review.statement = statement_of(file.pack);
  review.notes = match.notes;
  for (const catalog::PackMatch& one : match.items)
    review.items.push_back({one.item, one.gist, is_risk_item(*definition.instrument, one.item), one.text,
                            one.answers, one.link});
  if (match.items.size() < definition.instrument->items.size() && match.fits())
    for (int position = 1; position <= items_of(definition); ++position)
      if (std::none_of(match.items.begin(), match.items.end(),
                       [&](const catalog::PackMatch& one) { return one.item == position; }))
        review.without_text.push_back(position);
  for (const Error& one : match.differences)
    review.differences.push_back({one.where.field, one.code, one.detail});
  for (const catalog::PackRest& one : match.rest) review.rest.push_back({printable(one.link), one.why});
  return review;
}

}  // namespace

Result<bool> may_import(const Definition& definition) {
  const catalog::Instrument& instrument = *definition.instrument;
  if (instrument.licence.wording == catalog::Wording::score_entry_only)
    return fail(ErrorKind::conflict, "wording.not_allowed",
                "the owner of this instrument allows no electronic text: " + instrument.licence.terms);
  if (shipped_text(definition) != nullptr)
    return fail(ErrorKind::conflict, "wording.shipped", "the wording of this instrument is there already");
  return true;
}

WordingText wording_of(const catalog::Text& text, const catalog::Instrument& instrument,
                       const catalog::Order& order) {
  WordingText words{text.locale, text.title, text.instruction, {}};
  const auto add_answers = [&](int item, int lowest, const std::vector<std::string>& options) {
    for (std::size_t k = 0; k < options.size(); ++k)
      words.rows.push_back({item, lowest + static_cast<int>(k), options[k], 0});
  };
  add_answers(0, order.range.min, text.options);
  for (std::size_t i = 0; i < text.items.size(); ++i) {
    const int position = static_cast<int>(i) + 1;
    if (text.items[i].text.empty()) continue;
    words.rows.push_back({position, {}, text.items[i].text, 0});
    add_answers(position, catalog::range_in_order(instrument, order, position).min, text.items[i].options);
  }
  return words;
}

Result<std::vector<WordingReview>> import_wording(const Practice& practice, const Actor& actor,
                                                  const WordingTerms& terms, const WordingFile& file) {
  const auto definition = choose_definition(practice, terms.instrument, terms.item_order);
  if (!definition) return tl::unexpected(definition.error());
  if (auto may = check(*definition, terms); !may) return tl::unexpected(may.error());
  std::vector<WordingReview> reviews;
  for (const WordingText& text : file.texts) {
    auto review = Matching(*definition, file, text).review();
    if (!review) return tl::unexpected(review.error());
    const bool twice = std::any_of(reviews.begin(), reviews.end(),
                                   [&](const WordingReview& one) { return one.locale == review->locale; });
    if (twice)
      return fail(ErrorKind::bad_data, "wording.locale", "each language once, in whatever case it is written",
                  Place{file.name, 0, 0, "locale"});
    reviews.push_back(std::move(*review));
  }
  const Action action{terms.keep ? "wording.import" : "wording.review",
                      Permission::manage_practice,
                      {},
                      {},
                      definition->instrument->id};
  return carry_out<std::vector<WordingReview>>(
      practice, actor, action, [&](Transaction& transaction) -> Result<std::vector<WordingReview>> {
        for (std::size_t i = 0; i < reviews.size(); ++i) {
          WordingReview& review = reviews[i];
          const auto there = same_language(transaction, review);
          if (!there) return tl::unexpected(there.error());
          review.replaces = !there->empty();
          review.kept = terms.keep;
          if (!terms.keep) continue;
          if (auto kept = keep(transaction, practice, actor, terms, file, file.texts[i], review); !kept)
            return tl::unexpected(kept.error());
        }
        return reviews;
      });
}

Result<WordingReview> check_pack(const Definition& definition, const WordingTerms& terms,
                                 const PackFile& file) {
  if (auto may = may_import(definition); !may) return tl::unexpected(may.error());
  const auto match =
      catalog::match_pack(file.pack, *definition.instrument, *definition.order, file.leave_out);
  if (!match.fits()) return told(definition, file, match);
  if (file.pack.language.empty())
    return fail(ErrorKind::bad_data, "wording.locale",
                fmt::format("the file does not say its language: {}", catalog::valid_language),
                field("language"));
  if (auto fine = check(definition, terms); !fine) return tl::unexpected(fine.error());
  // What has to hold for every wording holds for this one too.
  const WordingFile words = words_of(definition, file, match);
  if (auto whole = Matching(definition, words, words.texts.front()).review(); !whole)
    return tl::unexpected(whole.error());
  return told(definition, file, match);
}

Result<WordingReview> import_pack(const Practice& practice, const Actor& actor, const WordingTerms& terms,
                                  const PackFile& file) {
  const auto definition = choose_definition(practice, terms.instrument, terms.item_order);
  if (!definition) return tl::unexpected(definition.error());
  auto review = check_pack(*definition, terms, file);
  if (!review) return review;
  if (!review->differences.empty() && terms.keep)
    return fail(ErrorKind::bad_data, "pack.differs", "a file that does not differ from the definition",
                Place{file.name, 0, 0, review->differences.front().item});
  if (!review->differences.empty()) {
    const Action looked{"wording.review", Permission::manage_practice, {}, {}, definition->instrument->id};
    auto may = carry_out<bool>(practice, actor, looked, [](Transaction&) -> Result<bool> { return true; });
    return may ? review : tl::unexpected(may.error());
  }
  const auto match =
      catalog::match_pack(file.pack, *definition->instrument, *definition->order, file.leave_out);
  const auto kept = import_wording(practice, actor, terms, words_of(*definition, file, match));
  if (!kept) return tl::unexpected(kept.error());
  review->replaces = kept->front().replaces;
  review->kept = kept->front().kept;
  return review;
}

Result<std::vector<WordingPack>> list_wordings(const Practice& practice, const Actor& actor) {
  return look<std::vector<WordingPack>>(
      practice, actor, {"wording.list", Permission::signed_in, {}, {}, ""}, [](Transaction& transaction) {
        return list<WordingPack>(
            transaction,
            {{where(&WordingPack::retired_at, Is::absent)}, {by(&WordingPack::imported_at, true)}, {}});
      });
}

Result<bool> retire_wording(const Practice& practice, const Actor& actor, const Id<WordingPack>& id) {
  return carry_out<bool>(
      practice, actor, {"wording.retire", Permission::manage_practice, {}, {}, id.text()},
      [&](Transaction& transaction) -> Result<bool> {
        auto retired = retire(transaction, practice,
                              {where(&WordingPack::id, id), where(&WordingPack::retired_at, Is::absent)});
        if (!retired || *retired) return retired;
        return fail(ErrorKind::not_found, "wording_pack.not_found", "there is no such record");
      });
}

Result<Definition> choose_definition(const Practice& practice, const std::string& instrument,
                                     const std::optional<std::string>& item_order) {
  const auto found = catalog::find_instrument(practice.library, instrument);
  if (!found)
    return fail(ErrorKind::bad_data, "instrument.unknown",
                "an instrument that this practice has, or one of its versions: see /api/v1/instruments",
                field("instrument"));
  const auto& orders = (*found)->orders;
  if (!item_order && orders.size() > 1)
    return fail(ErrorKind::bad_data, "measure.order_needed",
                "this instrument exists in several orders, say which: " + order_ids(orders),
                field("item_order"));
  if (!item_order) return Definition{*found, &orders.front()};
  const auto* order = catalog::find_order(**found, *item_order);
  if (order == nullptr)
    return fail(ErrorKind::bad_data, "order.unknown", "an order of this instrument: " + order_ids(orders),
                field("item_order"));
  return Definition{*found, order};
}

Result<std::set<std::string>> wording_locales(Transaction& transaction, const Definition& definition) {
  const auto packs = list<WordingPack>(transaction, {in_use(definition), {}, {}});
  if (!packs) return tl::unexpected(packs.error());
  std::set<std::string> locales;
  for (const WordingPack& pack : *packs) locales.insert(pack.locale);
  return locales;
}

Result<std::optional<WordingPack>> current_wording(Transaction& transaction, const Definition& definition,
                                                   const std::optional<std::string>& locale) {
  std::vector<Condition> wanted = in_use(definition);
  if (locale) wanted.push_back(where(&WordingPack::locale, *locale));
  auto found = list<WordingPack>(transaction, {std::move(wanted), {by(&WordingPack::imported_at, true)}, 1});
  if (!found) return tl::unexpected(found.error());
  return found->empty() ? std::optional<WordingPack>() : std::optional(std::move(found->front()));
}

const catalog::Text* shipped_text(const Definition& definition) {
  const auto& texts = definition.instrument->texts;
  const bool numbered_alike = definition.order == &definition.instrument->orders.front();
  return texts.empty() || !numbered_alike ? nullptr : &texts.front();
}

Result<std::optional<catalog::Text>> text_of(Transaction& transaction, const Definition& definition,
                                             const std::optional<Id<WordingPack>>& pack) {
  if (!pack) {
    const auto* shipped = shipped_text(definition);
    return shipped == nullptr ? std::optional<catalog::Text>() : std::optional(*shipped);
  }
  const auto known = get<WordingPack>(transaction, *pack);
  if (!known) return tl::unexpected(known.error());
  const auto lines = list<WordingLine>(transaction, {{where(&WordingLine::pack, *pack)}, {}, {}});
  if (!lines) return tl::unexpected(lines.error());
  catalog::Text text{known->locale, known->title, known->instruction, {}, {}};
  text.items.resize(definition.instrument->items.size());
  for (const WordingLine& line : *lines) place(text, definition, line);
  return std::optional(std::move(text));
}

bool is_risk_item(const catalog::Instrument& instrument, int position) {
  return std::any_of(instrument.risks.begin(), instrument.risks.end(), [&](const catalog::Risk& risk) {
    return std::find(risk.items.begin(), risk.items.end(), position) != risk.items.end();
  });
}

}  // namespace securebase::service
