#include "service/claim.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "service/course.hpp"
#include "service/plan_record.hpp"
#include "service/session_record.hpp"

namespace securebase::service {
namespace {

Place field(std::string_view name) {
  return {"", 0, 0, std::string(name)};
}

template <class T>
Result<bool> done(const Result<T>& result) {
  return result ? Result<bool>(true) : tl::unexpected(result.error());
}

Result<bool> absent(std::string_view table) {
  return fail(ErrorKind::not_found, std::string(table) + ".not_found", "there is no such record");
}

/// Everything that a book is made of.
struct Gathered {
  std::vector<Claim> claims;
  std::vector<ClaimEvidence> evidence;
  std::vector<ClaimReview> reviews;
  std::vector<CorrectiveMoment> moments;
  std::vector<RelationshipEpisode> episodes;
  std::vector<HistoryEvent> events;
};

template <class T>
bool take(std::vector<T>& into, Result<std::vector<T>> from, std::optional<Error>& trouble) {
  if (from)
    into = std::move(*from);
  else
    trouble = from.error();
  return from.has_value();
}

Result<Gathered> gather(Transaction& transaction, const Id<Course>& course, const Id<Person>& person) {
  Gathered all;
  std::optional<Error> trouble;
  const bool whole =
      take(all.claims, claims_of(transaction, course, person), trouble) &&
      take(all.evidence,
           list<ClaimEvidence>(transaction,
                               {{where(&ClaimEvidence::person, person)}, {by(&ClaimEvidence::noted_at)}, {}}),
           trouble) &&
      take(all.reviews,
           list<ClaimReview>(transaction,
                             {{where(&ClaimReview::person, person)}, {by(&ClaimReview::reviewed_at)}, {}}),
           trouble) &&
      take(all.moments,
           list<CorrectiveMoment>(transaction, {{where(&CorrectiveMoment::course, course),
                                                 where(&CorrectiveMoment::person, person)},
                                                {by(&CorrectiveMoment::noted_at)},
                                                {}}),
           trouble) &&
      take(all.episodes,
           list<RelationshipEpisode>(transaction, {{where(&RelationshipEpisode::course, course),
                                                    where(&RelationshipEpisode::person, person)},
                                                   {by(&RelationshipEpisode::noted_at)},
                                                   {}}),
           trouble) &&
      take(all.events,
           list<HistoryEvent>(transaction,
                              {{where(&HistoryEvent::person, person)}, {by(&HistoryEvent::created_at)}, {}}),
           trouble);
  if (!whole) return tl::unexpected(*trouble);
  std::stable_sort(
      all.moments.begin(), all.moments.end(),
      [](const CorrectiveMoment& a, const CorrectiveMoment& b) { return a.happened_on < b.happened_on; });
  return all;
}

void count(ClaimView& view, EvidenceSide side, Instant noted_at) {
  ++(side == EvidenceSide::supports ? view.supports : view.contradicts);
  if (noted_at > view.claim.reviewed_at) ++view.since_review;
}

ClaimView view_of(const Claim& claim, const Gathered& all, Instant now) {
  ClaimView view;
  view.claim = claim;
  std::set<std::string> counted;  // a moment that is named as evidence too counts once
  for (const ClaimEvidence& evidence : all.evidence) {
    if (evidence.claim != claim.id) continue;
    view.evidence.push_back(evidence);
    if (evidence.source == EvidenceSource::moment && evidence.source_id) counted.insert(*evidence.source_id);
    count(view, evidence.side, evidence.noted_at);
  }
  for (const CorrectiveMoment& moment : all.moments)
    if (moment.claim == claim.id && !counted.contains(moment.id.text()))
      count(view, moment.side, moment.noted_at);
  for (const ClaimReview& review : all.reviews)
    if (review.claim == claim.id) view.reviews.push_back(review);
  view.days_since_review = std::max<std::int64_t>(0, (now.ms - claim.reviewed_at.ms) / day_ms);
  return view;
}

// What may belong together

/// Words of five letters and more, in lower case; those that everybody uses are left out.
std::set<std::string> telling_words(const std::string& text) {
  static const std::set<std::string> common = {
      "about",  "after",  "again",  "always", "another", "anybody", "because",  "before",  "being",
      "could",  "every",  "first",  "from",   "going",   "never",   "nobody",   "nothing", "other",
      "others", "people", "person", "right",  "should",  "since",   "somebody", "someone", "something",
      "still",  "their",  "there",  "these",  "thing",   "things",  "think",    "those",   "until",
      "wants",  "where",  "which",  "while",  "whole",   "would",   "years",    "without"};
  constexpr std::size_t shortest = 5;
  std::set<std::string> words;
  std::string word;
  for (const char c : text + " ") {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || byte >= 0x80) {
      word += c;
    } else if (c >= 'A' && c <= 'Z') {
      word += static_cast<char>(c - 'A' + 'a');
    } else {
      if (word.size() >= shortest && !common.contains(word)) words.insert(word);
      word.clear();
    }
  }
  return words;
}

std::optional<std::string> shared_word(const Claim& claim, const HistoryEvent& event) {
  if (!event.account) return std::nullopt;
  const auto of_claim = telling_words(claim.cue.reveal() + " " + claim.expectation.reveal());
  for (const std::string& word : telling_words(event.account->reveal()))
    if (of_claim.contains(word)) return word;
  return std::nullopt;
}

class Asking {
 public:
  explicit Asking(const Gathered& all) : all_(&all) {
    for (const ClaimEvidence& evidence : all.evidence)
      if (evidence.source_id) answered_.insert({evidence.claim.text(), *evidence.source_id});
  }

  std::vector<CandidateQuestion> questions() {
    for (const Claim& claim : all_->claims)
      if (!claim.retired_at && claim.figure) of_figure(claim);
    for (const Claim& claim : all_->claims)
      if (!claim.retired_at) of_words(claim);
    if (asked_.size() > most_questions)
      asked_.erase(asked_.begin() + static_cast<std::ptrdiff_t>(most_questions), asked_.end());
    return std::move(asked_);
  }

 private:
  void of_figure(const Claim& claim) {
    for (const HistoryEvent& event : all_->events)
      if (event.figure == claim.figure && is_open(claim, event.id.text()))
        ask(claim, event).figure = claim.figure;
    for (const CorrectiveMoment& moment : all_->moments)
      if (moment.figure == claim.figure && !moment.claim && is_open(claim, moment.id.text())) {
        CandidateQuestion& question = ask(claim, EvidenceSource::moment, moment.id.text());
        question.figure = claim.figure;
        question.words = moment.happened;
        question.on = moment.happened_on;
      }
    const auto last =
        std::find_if(all_->episodes.rbegin(), all_->episodes.rend(),
                     [&](const RelationshipEpisode& one) { return one.figure == claim.figure; });
    if (last == all_->episodes.rend() || !is_open(claim, last->id.text())) return;
    CandidateQuestion& question = ask(claim, EvidenceSource::episode, last->id.text());
    question.figure = claim.figure;
    question.words = last->account;
    question.on = last->told_on;
  }
  void of_words(const Claim& claim) {
    for (const HistoryEvent& event : all_->events) {
      if (!is_open(claim, event.id.text()) || (claim.figure && event.figure == claim.figure)) continue;
      const auto word = shared_word(claim, event);
      if (!word) continue;
      CandidateQuestion& question = ask(claim, event);
      question.reason = AskReason::same_word;
      question.word = Private<std::string>(*word);
    }
  }
  [[nodiscard]] bool is_open(const Claim& claim, const std::string& source) const {
    return !answered_.contains({claim.id.text(), source});
  }
  CandidateQuestion& ask(const Claim& claim, EvidenceSource source, const std::string& id) {
    CandidateQuestion& question = asked_.emplace_back();
    question.claim = claim.id;
    question.source = source;
    question.source_id = id;
    return question;
  }
  CandidateQuestion& ask(const Claim& claim, const HistoryEvent& event) {
    CandidateQuestion& question = ask(claim, EvidenceSource::history, event.id.text());
    question.kind = event.kind;
    question.words = event.account;
    question.age_from = event.age_from;
    question.age_to = event.age_to;
    return question;
  }

  const Gathered* all_;
  std::set<std::pair<std::string, std::string>> answered_;
  std::vector<CandidateQuestion> asked_;
};

// Over figures and months

std::string month_of(Date date) {
  return fmt::format("{:04}-{:02}", date.year, date.month);
}

class Spreading {
 public:
  std::vector<FigureSpread> spread(const Gathered& all) {
    for (const CorrectiveMoment& moment : all.moments) {
      FigureMonth& month = month_with(moment.figure, month_of(moment.happened_on));
      ++month.moments;
      if (moment.noticed == Noticed::noticed) ++month.noticed;
    }
    for (const Claim& claim : all.claims) {
      const ClaimReview* before = nullptr;
      for (const ClaimReview& review : all.reviews) {
        if (review.claim != claim.id) continue;
        if (before != nullptr)
          month_with(claim.figure, month_of(date_of(review.reviewed_at)))
              .reviewed.push_back({claim.id, before->confidence, review.confidence});
        before = &review;
      }
    }
    return sorted();
  }

 private:
  FigureMonth& month_with(const std::optional<Id<Figure>>& figure, const std::string& month) {
    const std::string key = figure ? figure->text() : "";
    figures_[key] = figure;
    FigureMonth& found = months_[key][month];
    found.month = month;
    return found;
  }
  std::vector<FigureSpread> sorted() {
    std::vector<FigureSpread> all;
    all.reserve(months_.size());
    for (auto& [key, months] : months_) {
      FigureSpread& one = all.emplace_back();
      one.figure = figures_.at(key);
      one.months.reserve(months.size());
      for (auto& [name, month] : months) one.months.push_back(std::move(month));
    }
    std::stable_sort(all.begin(), all.end(), [](const FigureSpread& a, const FigureSpread& b) {
      return a.months.front().month < b.months.front().month;
    });
    return all;
  }

  std::map<std::string, std::optional<Id<Figure>>> figures_;
  std::map<std::string, std::map<std::string, FigureMonth>> months_;
};

Result<ClaimBook> book_of(Transaction& transaction, const Practice& practice, const Id<Course>& course,
                          const Id<Person>& person) {
  auto all = gather(transaction, course, person);
  if (!all) return tl::unexpected(all.error());
  ClaimBook book;
  book.claims.reserve(all->claims.size());
  for (const bool retired : {false, true})
    for (const Claim& claim : all->claims)
      if (claim.retired_at.has_value() == retired)
        book.claims.push_back(view_of(claim, *all, practice.clock.now()));
  book.questions = Asking(*all).questions();
  book.spread = Spreading().spread(*all);
  book.continuity = continuity_finding();
  book.moments = std::move(all->moments);
  std::reverse(book.moments.begin(), book.moments.end());
  return book;
}

using Write = std::function<Result<bool>(Transaction&)>;

Result<ClaimBook> write_book(const Practice& practice, const Actor& actor, const Id<Course>& course,
                             const Id<Person>& person, std::string_view name, std::string object,
                             const Write& write) {
  return carry_out<ClaimBook>(practice, actor,
                              {name, Permission::write_course, course, person, std::move(object)},
                              [&](Transaction& transaction) -> Result<ClaimBook> {
                                if (auto may = may_be_written(transaction, course, person); !may)
                                  return tl::unexpected(may.error());
                                if (auto written = write(transaction); !written)
                                  return tl::unexpected(written.error());
                                return book_of(transaction, practice, course, person);
                              });
}

using ChangeOfClaim = std::function<Result<bool>(Transaction&, Claim&)>;

/// The claim as `change` leaves it takes the place of what was there.
Result<ClaimBook> write_claim(const Practice& practice, const Actor& actor, const Id<Course>& course,
                              const Id<Person>& person, const Id<Claim>& id, std::string_view name,
                              const ChangeOfClaim& change) {
  return write_book(practice, actor, course, person, name, id.text(),
                    [&](Transaction& transaction) -> Result<bool> {
                      auto claim = get<Claim>(transaction, id);
                      if (!claim) return tl::unexpected(claim.error());
                      if (claim->course != course || claim->person != person) return absent(Claim::table);
                      if (auto changed = change(transaction, *claim); !changed) return changed;
                      return replace(transaction, *claim);
                    });
}

Result<bool> check(Transaction& transaction, const Id<Person>& person, const ClaimWords& words) {
  for (const auto& [text, name] : {std::pair(&words.cue, "cue"), std::pair(&words.expectation, "expectation"),
                                   std::pair(&words.disconfirmed_by, "disconfirmed_by")})
    if (auto fits = check_words(*text, name); !fits) return fits;
  auto theirs = is_theirs(transaction, person, words.figure);
  if (!theirs || *theirs) return theirs;
  return fail(ErrorKind::bad_data, "claim.figure", "somebody this person is attached to", field("figure"));
}

Result<bool> check_confidence(int confidence) {
  if (confidence >= 0 && confidence <= 100) return true;
  return fail(ErrorKind::bad_data, "claim.confidence", "a whole number from 0 to 100", field("confidence"));
}

/// Whether a record of this id is there and `fits`.
template <class Record, class Fits>
Result<bool> there(Transaction& transaction, const std::string& id, const Fits& fits) {
  const auto known = Id<Record>::parse(id);
  if (!known) return false;
  const auto found = find<Record>(transaction, where(&Record::id, *known));
  if (!found) return tl::unexpected(found.error());
  return *found && fits(**found);
}

Result<bool> source_is_theirs(Transaction& transaction, const Id<Course>& course, const Id<Person>& person,
                              EvidenceSource source, const std::optional<std::string>& id) {
  const auto here = [&](const auto& one) { return one.course == course && one.person == person; };
  if (source == EvidenceSource::session && !id) return true;
  if ((source != EvidenceSource::other) != id.has_value()) return false;
  switch (source) {
    case EvidenceSource::history:
      return there<HistoryEvent>(transaction, *id,
                                 [&](const HistoryEvent& one) { return one.person == person; });
    case EvidenceSource::score:
      return there<Administration>(transaction, *id, [&](const Administration& one) {
        return one.course == course && one.respondent == person && one.progress == Progress::sent;
      });
    case EvidenceSource::episode:
      return there<RelationshipEpisode>(transaction, *id, here);
    case EvidenceSource::moment:
      return there<CorrectiveMoment>(transaction, *id, here);
    case EvidenceSource::session:
      return there<TherapySession>(transaction, *id, [&](const TherapySession& one) {
        return one.course == course && !one.withdrawn_at && one.alone_with.value_or(person) == person;
      });
    case EvidenceSource::other:
      break;
  }
  return true;
}

/// How many rows of evidence name it.
Result<std::int64_t> named(Transaction& transaction, EvidenceSource source, const std::string& id) {
  const Condition naming[] = {where(&ClaimEvidence::source, source),
                              where(&ClaimEvidence::source_id, std::optional(id))};
  return transaction.count(table_of<ClaimEvidence>(), naming);
}

Result<bool> check(Transaction& transaction, const Practice& practice, const Id<Course>& course,
                   const Id<Person>& person, const NewMoment& input) {
  if (auto fits = check_words(input.expected, "expected"); !fits) return fits;
  if (auto fits = check_words(input.happened, "happened"); !fits) return fits;
  if (auto fits = check_words(input.words, "words"); !fits) return fits;
  if (date_of(practice.clock.now() + day_ms) < input.happened_on)
    return fail(ErrorKind::bad_data, "moment.day", "a day that has been", field("happened_on"));
  auto theirs = is_theirs(transaction, person, input.figure);
  if (!theirs) return theirs;
  if (!*theirs)
    return fail(ErrorKind::bad_data, "moment.figure", "somebody this person is attached to", field("figure"));
  if (!input.claim) return true;
  auto claim = there<Claim>(transaction, input.claim->text(),
                            [&](const Claim& one) { return one.course == course && one.person == person; });
  if (!claim || *claim) return claim;
  return fail(ErrorKind::bad_data, "moment.claim", "a claim about this person in this course",
              field("claim"));
}

template <class Record>
Result<bool> remove_where(Transaction& transaction, const std::vector<Condition>& which) {
  return done(transaction.remove(table_of<Record>(), which));
}

}  // namespace

Result<bool> needs_member(Transaction& transaction, const Id<Course>& course, const Id<Person>& person) {
  auto member = is_member(transaction, course, person);
  if (!member || *member) return member;
  return fail(ErrorKind::not_found, "member.not_found", "a member of this course");
}

Result<bool> may_be_written(Transaction& transaction, const Id<Course>& course, const Id<Person>& person) {
  if (auto member = needs_member(transaction, course, person); !member) return member;
  return still_there(transaction, person);
}

Result<bool> check_words(const Private<std::string>& words, std::string_view name) {
  if (letters_in(words.reveal()) == 0)
    return fail(ErrorKind::bad_data, "words.missing", "a few words", field(name));
  if (words.reveal().size() <= longest_words) return true;
  return fail(ErrorKind::bad_data, "words.too_long", fmt::format("{} bytes at most", longest_words),
              field(name));
}

Result<bool> check_words(const std::optional<Private<std::string>>& words, std::string_view name) {
  if (!words) return true;
  return check_words(*words, name);
}

Result<bool> is_theirs(Transaction& transaction, const Id<Person>& person,
                       const std::optional<Id<Figure>>& figure) {
  if (!figure) return true;
  return there<Figure>(transaction, figure->text(), [&](const Figure& one) { return one.person == person; });
}

Result<std::vector<Claim>> claims_of(Transaction& transaction, const Id<Course>& course,
                                     const Id<Person>& person) {
  return list<Claim>(
      transaction,
      {{where(&Claim::course, course), where(&Claim::person, person)}, {by(&Claim::created_at)}, {}});
}

FindingView continuity_finding() {
  return {
      "attachment.continuity",
      "Early attachment goes with adult patterns only weakly. A link between then and now is a hypothesis "
      "that the two of you write; the program finds none.",
      "Security with a carer early and later in childhood: r = .28, with signs of publication bias (Opie and "
      "others 2021). Childhood to later: r about .39, and none found beyond about 15 years (Pinquart and "
      "others 2013; from memory, unverified).",
      "It says nothing about this person, in either direction."};
}

Result<ClaimBook> read_claims(const Practice& practice, const Actor& actor, const Id<Course>& course,
                              const Id<Person>& person) {
  return look<ClaimBook>(practice, actor, {"claim.read", Permission::read_course, course, person, ""},
                         [&](Transaction& transaction) -> Result<ClaimBook> {
                           if (auto member = needs_member(transaction, course, person); !member)
                             return tl::unexpected(member.error());
                           return book_of(transaction, practice, course, person);
                         });
}

Result<ClaimBook> add_claim(const Practice& practice, const Actor& actor, const Id<Course>& course,
                            const Id<Person>& person, const NewClaim& input) {
  const auto id = new_id<Claim>(practice.entropy);
  return write_book(
      practice, actor, course, person, "claim.add", id.text(), [&](Transaction& transaction) -> Result<bool> {
        if (auto fits = check(transaction, person, input); !fits) return fits;
        if (auto fits = check_confidence(input.confidence); !fits) return fits;
        const Instant now = practice.clock.now();
        if (auto added = insert(transaction, Claim{id,
                                                   person,
                                                   course,
                                                   input.about,
                                                   input.figure,
                                                   input.cue,
                                                   input.expectation,
                                                   input.disconfirmed_by,
                                                   input.confidence,
                                                   now,
                                                   now,
                                                   {}});
            !added)
          return added;
        return insert(
            transaction,
            ClaimReview{new_id<ClaimReview>(practice.entropy), person, id, input.confidence, {}, now});
      });
}

Result<ClaimBook> change_claim(const Practice& practice, const Actor& actor, const Id<Course>& course,
                               const Id<Person>& person, const Id<Claim>& claim, const ClaimWords& input) {
  return write_claim(practice, actor, course, person, claim, "claim.change",
                     [&](Transaction& transaction, Claim& kept) -> Result<bool> {
                       if (auto fits = check(transaction, person, input); !fits) return fits;
                       kept.about = input.about;
                       kept.figure = input.figure;
                       kept.cue = input.cue;
                       kept.expectation = input.expectation;
                       kept.disconfirmed_by = input.disconfirmed_by;
                       return true;
                     });
}

Result<ClaimBook> review_claim(const Practice& practice, const Actor& actor, const Id<Course>& course,
                               const Id<Person>& person, const Id<Claim>& claim, const NewReview& input) {
  return write_claim(
      practice, actor, course, person, claim, "claim.review",
      [&](Transaction& transaction, Claim& kept) -> Result<bool> {
        if (auto fits = check_confidence(input.confidence); !fits) return fits;
        if (auto fits = check_words(input.words, "words"); !fits) return fits;
        if (kept.retired_at)
          return fail(ErrorKind::conflict, "claim.retired", "a claim that is held: take it up first");
        kept.confidence = input.confidence;
        kept.reviewed_at = practice.clock.now();
        return insert(transaction, ClaimReview{new_id<ClaimReview>(practice.entropy), person, claim,
                                               input.confidence, input.words, kept.reviewed_at});
      });
}

Result<ClaimBook> retire_claim(const Practice& practice, const Actor& actor, const Id<Course>& course,
                               const Id<Person>& person, const Id<Claim>& claim) {
  return write_claim(practice, actor, course, person, claim, "claim.retire",
                     [&](Transaction&, Claim& kept) -> Result<bool> {
                       if (kept.retired_at)
                         return fail(ErrorKind::conflict, "claim.retired", "a claim that is held");
                       kept.retired_at = practice.clock.now();
                       return true;
                     });
}

Result<ClaimBook> take_up_claim(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                const Id<Person>& person, const Id<Claim>& claim) {
  return write_claim(practice, actor, course, person, claim, "claim.take_up",
                     [&](Transaction&, Claim& kept) -> Result<bool> {
                       if (!kept.retired_at)
                         return fail(ErrorKind::conflict, "claim.held", "a claim that is held no longer");
                       kept.retired_at.reset();
                       return true;
                     });
}

Result<ClaimBook> remove_claim(const Practice& practice, const Actor& actor, const Id<Course>& course,
                               const Id<Person>& person, const Id<Claim>& claim) {
  return write_book(
      practice, actor, course, person, "claim.remove", claim.text(),
      [&](Transaction& transaction) -> Result<bool> {
        const auto kept = get<Claim>(transaction, claim);
        if (!kept) return tl::unexpected(kept.error());
        if (kept->course != course || kept->person != person) return absent(Claim::table);
        const Condition evidence[] = {where(&ClaimEvidence::claim, claim)};
        const Condition moments[] = {where(&CorrectiveMoment::claim, std::optional(claim))};
        const auto rows = transaction.count(table_of<ClaimEvidence>(), evidence);
        if (!rows) return tl::unexpected(rows.error());
        const auto more = transaction.count(table_of<CorrectiveMoment>(), moments);
        if (!more) return tl::unexpected(more.error());
        const Condition goals[] = {where(&Goal::claim, std::optional(claim))};
        const auto tied = transaction.count(table_of<Goal>(), goals);
        if (!tied) return tl::unexpected(tied.error());
        if (*rows + *more + *tied > 0)
          return fail(ErrorKind::conflict, "claim.in_use",
                      "something speaks for it or against it, or a goal is tied to it: retire it instead");
        if (auto gone = remove_where<ClaimReview>(transaction, {where(&ClaimReview::claim, claim)}); !gone)
          return gone;
        return remove_where<Claim>(transaction, {where(&Claim::id, claim)});
      });
}

Result<ClaimBook> add_evidence(const Practice& practice, const Actor& actor, const Id<Course>& course,
                               const Id<Person>& person, const Id<Claim>& claim, const NewEvidence& input) {
  return write_claim(
      practice, actor, course, person, claim, "evidence.add",
      [&](Transaction& transaction, Claim&) -> Result<bool> {
        if (auto fits = check_words(input.words, "words"); !fits) return fits;
        auto theirs = source_is_theirs(transaction, course, person, input.source, input.source_id);
        if (!theirs) return theirs;
        if (!*theirs)
          return fail(
              ErrorKind::bad_data, "evidence.source",
              "the id of a history event, sent sheet, episode, moment or session of this person; none "
              "for something else",
              field("source_id"));
        return insert(transaction,
                      ClaimEvidence{new_id<ClaimEvidence>(practice.entropy), person, claim, input.side,
                                    input.source, input.source_id, input.words, practice.clock.now()});
      });
}

Result<ClaimBook> remove_evidence(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                  const Id<Person>& person, const Id<ClaimEvidence>& evidence) {
  return write_book(practice, actor, course, person, "evidence.remove", evidence.text(),
                    [&](Transaction& transaction) -> Result<bool> {
                      const auto kept = get<ClaimEvidence>(transaction, evidence);
                      if (!kept) return tl::unexpected(kept.error());
                      const auto claim = get<Claim>(transaction, kept->claim);
                      if (!claim) return tl::unexpected(claim.error());
                      if (claim->course != course || claim->person != person)
                        return absent(ClaimEvidence::table);
                      return remove_where<ClaimEvidence>(transaction, {where(&ClaimEvidence::id, evidence)});
                    });
}

Result<ClaimBook> add_moment(const Practice& practice, const Actor& actor, const Id<Course>& course,
                             const Id<Person>& person, const NewMoment& input) {
  const auto id = new_id<CorrectiveMoment>(practice.entropy);
  return write_book(
      practice, actor, course, person, "moment.add", id.text(),
      [&](Transaction& transaction) -> Result<bool> {
        if (auto fits = check(transaction, practice, course, person, input); !fits) return fits;
        return insert(transaction, CorrectiveMoment{id, person, course, input.figure, input.claim, input.side,
                                                    input.happened_on, input.expected, input.happened,
                                                    input.noticed, input.words, practice.clock.now()});
      });
}

Result<ClaimBook> remove_moment(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                const Id<Person>& person, const Id<CorrectiveMoment>& moment) {
  return write_book(
      practice, actor, course, person, "moment.remove", moment.text(),
      [&](Transaction& transaction) -> Result<bool> {
        const auto kept = get<CorrectiveMoment>(transaction, moment);
        if (!kept) return tl::unexpected(kept.error());
        if (kept->course != course || kept->person != person) return absent(CorrectiveMoment::table);
        const auto used = named(transaction, EvidenceSource::moment, moment.text());
        if (!used) return tl::unexpected(used.error());
        if (*used > 0)
          return fail(ErrorKind::conflict, "moment.in_use", "evidence names it: take that back first");
        return remove_where<CorrectiveMoment>(transaction, {where(&CorrectiveMoment::id, moment)});
      });
}

}  // namespace securebase::service
