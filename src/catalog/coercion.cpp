// Words of harmful practices. The American Professional Society on the Abuse of Children (Chaffin et al.
// 2006, Child Maltreatment 11; from memory) warned of holding, forced eye contact, regression and coercion.

#include <algorithm>
#include <cctype>

#include "catalog/protocol.hpp"

namespace securebase::catalog {
namespace {

/// A practice is described where words beginning so stand near one another in a sentence.
constexpr std::size_t nearby = 6;  // words between two that belong together

struct HarmRule {
  std::string_view name;
  std::vector<std::vector<std::string_view>> together;  ///< one beginning of each list
  std::size_t within = nearby;
};

constexpr std::size_t ruling = 5;  // words before within which "never" rules it out

const std::vector<HarmRule>& rules() {
  static const std::vector<std::string_view> somebody = {
      "child",  "teen",    "adolescent", "youngster", "boy",  "girl",   "infant", "baby",    "toddler",
      "client", "patient", "him",        "her",       "them", "person", "son",    "daughter"};
  static const std::vector<HarmRule> all = {
      {"holding",
       {{"hold", "holds", "holding", "held", "pin", "pins", "pinned", "grip", "grips"},
        {"down", "tight", "tightly", "firmly", "still", "until", "struggl", "against"}}},
      {"holding", {{"holding"}, {"therapy", "time", "session"}}, 1},
      {"holding", {{"restrain", "swaddl", "immobili", "straitjacket"}}},
      {"holding",
       {{"lie", "lies", "lying", "sit", "sits", "sitting"},
        {"on", "atop", "across"},
        {"child", "infant", "boy", "girl", "him", "her", "them", "toddler"}}},
      {"holding", {{"wrap", "wraps", "wrapped", "wrapping", "compress"}, somebody}},
      {"forced_eye_contact",
       {{"forc", "demand", "insist", "requir", "compel", "make", "makes", "must", "enforc", "prolong",
         "order", "until"},
        {"eye", "eyes", "gaze"},
        {"contact", "look", "looks", "looking", "keep", "meet", "meets", "gaze", "hold", "eye-to-eye"}}},
      {"regression", {{"rebirth", "re-birth", "reparent", "re-parent"}}},
      {"regression", {{"regress"}}},
      {"regression",
       {{"bottle", "bottle-feed", "bottle-fed", "pacifier", "diaper", "nappy", "nappies"},
        {"teen", "adolescent", "older", "school", "adult", "client", "patient", "as"}}},
      {"regression",
       {{"treat", "treated", "handle", "cradle", "cradl", "rock"},
        {"like", "as"},
        {"baby", "infant", "newborn"}}},
      {"coercion", {{"coerc", "subdue", "humiliat", "intimidat", "brute"}}},
      {"coercion", {{"break", "breaks", "breaking"}, {"will", "resistance", "defiance"}}},
      {"coercion", {{"against"}, {"will", "wishes"}}},
      {"coercion", {{"provok", "trigger", "induc", "elicit", "stok"}, {"rage", "tantrum", "meltdown"}}},
      {"coercion",
       {{"forc", "compel", "make", "makes"},
        somebody,
        {"to", "submit", "comply", "obey", "hug", "cuddl", "kiss", "touch", "surrender"}}},
      {"coercion",
       {{"withhold", "deny", "denies", "depriv", "refus"},
        {"food", "meal", "meals", "water", "sleep", "toilet"}}},
      {"coercion",
       {{"tickl", "poke", "pokes", "poking", "prod", "shout", "yell", "scream"},
        {"at", "until", "child", "ribs", "face"},
        {"until", "child", "client", "face", "ribs"}}},
  };
  return all;
}

std::vector<std::string> words_of(std::string_view sentence) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : sentence) {
    if (std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '\'') {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!word.empty()) {
      words.push_back(word);
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(word);
  return words;
}

/// Short beginnings are whole words, so that "her" is not "here".
bool begins(const std::string& word, std::string_view with) {
  constexpr std::size_t short_word = 4;
  if (word == with) return true;
  if (with.size() <= short_word && with != "forc" && with != "teen" && with != "stok") return false;
  return word.starts_with(with);
}

bool is_any(const std::string& word, const std::vector<std::string_view>& beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view with) { return begins(word, with); });
}

std::optional<std::size_t> nearest(const std::vector<std::string>& words, std::size_t at,
                                   const std::vector<std::string_view>& beginnings, std::size_t within) {
  const std::size_t from = at > within ? at - within : 0;
  for (std::size_t i = from; i < std::min(words.size(), at + within + 1); ++i)
    if (i != at && is_any(words[i], beginnings)) return i;
  return std::nullopt;
}

bool is_ruled_out(const std::vector<std::string>& words, std::size_t first) {
  static const std::vector<std::string_view> ruling_words = {
      "no",     "not",        "never",     "without", "avoid",   "nor",    "don't",   "doesn't",
      "cannot", "prohibited", "forbidden", "isn't",   "neither", "nobody", "nothing", "stops"};
  for (std::size_t i = first > ruling ? first - ruling : 0; i < first; ++i)
    if (std::find(ruling_words.begin(), ruling_words.end(), words[i]) != ruling_words.end()) return true;
  return false;
}

/// Where in a sentence a practice is described; the first and the last word of it.
std::optional<std::pair<std::size_t, std::size_t>> described(const std::vector<std::string>& words,
                                                             const HarmRule& rule) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!is_any(words[i], rule.together.front())) continue;
    std::size_t first = i;
    std::size_t last = i;
    bool whole = true;
    for (std::size_t k = 1; k < rule.together.size() && whole; ++k) {
      const auto found = nearest(words, i, rule.together[k], rule.within);
      whole = found.has_value();
      if (found) first = std::min(first, *found);
      if (found) last = std::max(last, *found);
    }
    if (whole && !is_ruled_out(words, first)) return std::pair(first, last);
  }
  return std::nullopt;
}

std::vector<std::string_view> sentences_of(std::string_view text) {
  std::vector<std::string_view> sentences;
  while (!text.empty()) {
    const auto end = text.find_first_of(".;!?\n:");
    sentences.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return sentences;
}

}  // namespace

std::vector<ProtocolWarning> coercion_in(std::string_view text, std::string_view where) {
  std::vector<ProtocolWarning> found;
  for (const std::string_view sentence : sentences_of(text)) {
    const auto words = words_of(sentence);
    for (const HarmRule& rule : rules()) {
      const auto span = described(words, rule);
      const bool known = std::any_of(found.begin(), found.end(),
                                     [&](const ProtocolWarning& w) { return w.rule == rule.name; });
      if (!span || known) continue;
      std::string quoted;
      for (std::size_t i = span->first; i <= span->second; ++i)
        quoted += (quoted.empty() ? "" : " ") + words[i];
      found.push_back({std::string(where), std::string(rule.name), quoted});
    }
  }
  return found;
}

}  // namespace securebase::catalog
