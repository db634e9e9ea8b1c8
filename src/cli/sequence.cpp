// securebase sequence: what follows what in coded streams; what partners' codes have to do with each other.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include "cli/code.hpp"
#include "cli/replicates.hpp"
#include "stats/actor_partner_sequence.hpp"
#include "stats/distributions.hpp"
#include "stats/lag_sequential.hpp"
#include "stats/sequence_permutation.hpp"
#include "wire/table.hpp"

namespace securebase::cli {
namespace {

using models::ColumnUse;
using models::EstimateRow;
using models::FitReport;
using models::Frame;
using models::Table;
using stats::CodeStream;
using stats::LagTable;
using stats::PermutedTable;
using stats::Repeats;

constexpr std::size_t most_lag = 1000;

tl::unexpected<Error> misuse_of_sequence(std::string detail) {
  return fail(ErrorKind::usage, "usage.sequence", std::move(detail));
}

/// Streams of codes, of one member or of two.
struct Streams {
  std::vector<std::string> codes;
  std::vector<CodeStream> first;
  std::vector<CodeStream> second;  ///< empty: one member
  models::DataAccount account;
};

/// Codes by name as they turn up, and in their final order.
class CodeBook {
 public:
  /// Error "sequence.codes": none of --codes, or too many.
  static Result<CodeBook> of(const std::vector<std::string>& given, const std::set<std::string>& seen,
                             const std::string& file) {
    CodeBook book;
    book.codes_ = given.empty() ? std::vector<std::string>(seen.begin(), seen.end()) : given;
    for (std::size_t k = 0; k < book.codes_.size(); ++k)
      book.place_[book.codes_[k]] = static_cast<std::uint16_t>(k);
    for (const std::string& code : seen)
      if (!book.place_.contains(code))
        return fail(ErrorKind::bad_data, "sequence.codes", "a code of the file is none of --codes",
                    Place{file, 0, 0, {}});
    return book;
  }
  [[nodiscard]] std::uint16_t at(const std::string& code) const { return place_.at(code); }
  [[nodiscard]] const std::vector<std::string>& codes() const { return codes_; }

 private:
  std::vector<std::string> codes_;
  std::map<std::string, std::uint16_t> place_;
};

std::set<std::string> codes_in(const models::Column& column) {
  return {column.labels.begin(), column.labels.end()};
}

struct SequenceCommand {
  std::string file;
  std::string stream, position, code;
  std::string first, second, names;
  std::string codes;
  std::string lags = "1";
  std::string given, target;
  bool no_repeats = false;
  bool joint = false;
  std::size_t permutations = 1000;
  std::uint64_t seed = 1;
  CodeOutput output;

  void add_to(CLI::App& app) {
    app.add_option("file", file, "CSV; one row a code, or one row a stream of two members")
        ->type_name("FILE")
        ->required();
    app.add_option("--stream", stream, "Column that says which stream a row belongs to")->type_name("NAME");
    app.add_option("--position", position, "Column of the code's place in its stream, a number")
        ->type_name("NAME");
    app.add_option("--code", code, "Column of the codes; an empty field is a gap that nothing crosses")
        ->type_name("NAME");
    app.add_option("--first", first,
                   "One row a stream: what the first member's columns begin with, before their number")
        ->type_name("PREFIX");
    app.add_option("--second", second, "The same of the second member")->type_name("PREFIX");
    app.add_option("--names", names, "Both members, such as woman,man [first,second]")->type_name("NAMES");
    app.add_option("--codes", codes, "All codes in their order; without it, those there are")
        ->type_name("NAMES");
    app.add_option("--lags", lags, "How many places later [1]")->type_name("NUMBERS");
    app.add_option("--given", given, "With --target: one transition against all others")->type_name("CODE");
    app.add_option("--target", target,
                   "What may follow; with --first and --second the code that is predicted [1]")
        ->type_name("CODE");
    app.add_flag("--no-repeats", no_repeats, "A code cannot follow itself");
    app.add_flag("--joint", joint, "With --first and --second: also the product of both members' codes");
    app.add_option("--permutations", permutations,
                   "How often codes are shuffled, or partners exchanged; 0: not [1000]")
        ->type_name("N");
    app.add_option("--seed", seed, "Of the shuffling: the same number, the same shuffles [1]")
        ->type_name("N");
    output.add_to(app);
  }

  Outcome act(Desk& desk) const {
    if (auto fine = check_level(output.level); !fine) return tl::unexpected(fine.error());
    if (auto fine = check(); !fine) return tl::unexpected(fine.error());
    const auto wanted_lags = lags_of();
    if (!wanted_lags) return tl::unexpected(wanted_lags.error());
    const auto streams = wide() ? read_wide() : read_long();
    if (!streams) return tl::unexpected(streams.error());
    if (streams->codes.size() < 2)
      return fail(ErrorKind::bad_data, "sequence.codes", "one code alone: nothing follows anything else",
                  Place{file, 0, 0, {}});
    FitReport report;
    report.command = "sequence";
    report.level = output.level;
    report.data = streams->account;
    report.tables.push_back({"estimates", "", "", {}});
    Frame frame{"transitions",
                "What follows what",
                {"from", "to", "lag", "count", "expected", "share", "adjusted", "yules_q", "p", "p_all"},
                {},
                true};
    const auto told = wide() ? tell_pairs(report, frame, *streams, *wanted_lags)
                             : tell_streams(report, frame, *streams, *wanted_lags);
    if (!told) {
      Error error = told.error();
      if (error.where.name.empty()) error.where.name = file;
      return tl::unexpected(error);
    }
    report.frames.insert(report.frames.begin(), frame);
    return output.tell(desk, report, frame, {file});
  }

 private:
  [[nodiscard]] bool wide() const { return !first.empty(); }

  [[nodiscard]] Result<void> check() const {
    const bool rows = !stream.empty() || !position.empty() || !code.empty();
    if (rows == (!first.empty() || !second.empty()))
      return misuse_of_sequence(
          "give --stream, --position and --code, one row a code; or --first and --second, one row a stream");
    if (rows && (stream.empty() || position.empty() || code.empty()))
      return misuse_of_sequence("--stream, --position and --code go together");
    if (rows && (stream == position || stream == code || position == code))
      return misuse_of_sequence("--stream, --position and --code name different columns");
    if (!rows && (first.empty() || second.empty() || first == second))
      return misuse_of_sequence("--first and --second go together and differ");
    if (rows && (joint || !names.empty()))
      return misuse_of_sequence("--joint and --names go with --first and --second");
    if (rows && given.empty() != target.empty())
      return misuse_of_sequence("--given and --target go together");
    if (!rows && (!given.empty() || no_repeats))
      return misuse_of_sequence("--given and --no-repeats go with --stream");
    constexpr std::size_t least = 99, most = 1'000'000;
    if (permutations != 0 && (permutations < least || permutations > most))
      return misuse_of_sequence("--permutations takes 99 to 1000000, or 0 for none");
    return {};
  }

  [[nodiscard]] Result<std::vector<std::size_t>> lags_of() const {
    const auto words = names_in("--lags", lags);
    if (!words) return tl::unexpected(words.error());
    std::vector<std::size_t> all;
    for (const std::string& word : *words) {
      std::size_t lag = 0;
      const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), lag);
      if (error != std::errc() || end != word.data() + word.size() || lag < 1 || lag > most_lag)
        return misuse_of_sequence("--lags takes whole numbers from 1, such as 1,2,3");
      all.push_back(lag);
    }
    return all;
  }

  [[nodiscard]] Result<std::vector<std::string>> codes_given() const {
    if (codes.empty()) return std::vector<std::string>();
    auto all = names_in("--codes", codes);
    if (!all) return tl::unexpected(all.error());
    if (std::set<std::string>(all->begin(), all->end()).size() != all->size())
      return misuse_of_sequence("--codes names a code twice");
    return std::move(*all);
  }

  static Result<std::string> header_of(const std::string& path, std::vector<std::string>& columns) {
    auto source = wire::open_file(path);
    if (!source) return tl::unexpected(source.error());
    wire::CsvReader reader(path, std::move(*source));
    wire::CsvRecord record;
    const auto there = reader.next(record);
    if (!there) return tl::unexpected(there.error());
    if (*there)
      for (const auto field : record.fields) columns.emplace_back(field);
    return path;
  }

  [[nodiscard]] Result<Table> read(const std::vector<models::WantedColumn>& wanted) const {
    auto source = wire::open_file(file);
    if (!source) return tl::unexpected(source.error());
    wire::CsvReader reader(file == "-" ? "standard input" : file, std::move(*source));
    return wire::read_table(reader, wanted);
  }

  [[nodiscard]] Result<Streams> read_long() const {
    const auto known = codes_given();
    if (!known) return tl::unexpected(known.error());
    const auto table =
        read({{stream, ColumnUse::label}, {position, ColumnUse::number}, {code, ColumnUse::label}});
    if (!table) return tl::unexpected(table.error());
    const auto of_stream = table->labels_of(stream), of_code = table->labels_of(code);
    const auto at = table->numeric_column(position);
    if (!of_stream) return tl::unexpected(of_stream.error());
    if (!of_code) return tl::unexpected(of_code.error());
    if (!at) return tl::unexpected(at.error());
    const auto book = CodeBook::of(*known, codes_in(**of_code), table->name);
    if (!book) return tl::unexpected(book.error());
    std::vector<std::vector<std::pair<double, std::size_t>>> rows((*of_stream)->labels.size());
    std::size_t left_out = 0;
    for (std::size_t row = 0; row < table->rows; ++row) {
      if ((*of_stream)->missing[row] || (*at)->missing[row])
        ++left_out;
      else
        rows[(*of_stream)->label[row]].emplace_back((*at)->numbers[row], row);
    }
    Streams streams{book->codes(), {}, {}, {table->name, table->rows, table->rows - left_out, {}, {}}};
    if (left_out > 0) streams.account.left_out.push_back({"stream or position is missing", left_out});
    for (auto& places : rows) {
      std::sort(places.begin(), places.end());
      CodeStream codes_of;
      codes_of.reserve(places.size());
      for (std::size_t k = 0; k < places.size(); ++k) {
        const auto [where, row] = places[k];
        if (k > 0 && places[k - 1].first == where)
          return fail(ErrorKind::bad_data, "sequence.twice", "a stream has one code at a place",
                      Place{table->name, table->line[row], 0, position});
        codes_of.push_back((*of_code)->missing[row] ? stats::no_code
                                                    : book->at((*of_code)->labels[(*of_code)->label[row]]));
      }
      streams.first.push_back(std::move(codes_of));
    }
    streams.account.units = {{"streams", streams.first.size()}, {"codes", streams.codes.size()}};
    return streams;
  }

  /// Columns of a prefix and a number, by the number.
  static std::vector<std::string> numbered(const std::vector<std::string>& columns,
                                           const std::string& prefix) {
    std::map<std::size_t, std::string> found;
    for (const std::string& column : columns) {
      if (!column.starts_with(prefix)) continue;
      std::size_t number = 0;
      const char* from = column.data() + prefix.size();
      const char* to = column.data() + column.size();
      const auto [end, error] = std::from_chars(from, to, number);
      if (error == std::errc() && end == to && from != to) found[number] = column;
    }
    std::vector<std::string> names;
    names.reserve(found.size());
    for (auto& [number, name] : found) names.push_back(std::move(name));
    return names;
  }

  [[nodiscard]] Result<Streams> read_wide() const {
    const auto known = codes_given();
    if (!known) return tl::unexpected(known.error());
    if (file == "-")
      return misuse_of_sequence(
          "with --first and --second the data come from a file, not from standard input");
    std::vector<std::string> header;
    if (auto read = header_of(file, header); !read) return tl::unexpected(read.error());
    const auto a = numbered(header, first), b = numbered(header, second);
    if (a.size() < 2 || a.size() != b.size())
      return fail(ErrorKind::bad_data, "sequence.columns",
                  "two columns or more begin with --first and end in a number, and as many with --second",
                  Place{file, 1, 0, {}});
    std::vector<models::WantedColumn> wanted;
    for (const auto* columns : {&a, &b})
      for (const std::string& name : *columns) wanted.push_back({name, ColumnUse::label});
    const auto table = read(wanted);
    if (!table) return tl::unexpected(table.error());
    std::set<std::string> seen;
    for (const auto& column : table->columns) seen.merge(codes_in(column));
    const auto book = CodeBook::of(*known, seen, table->name);
    if (!book) return tl::unexpected(book.error());
    Streams streams{book->codes(), {}, {}, {table->name, table->rows, table->rows, {}, {}}};
    const auto of_member = [&](const std::vector<std::string>& columns, std::vector<CodeStream>& to) {
      to.assign(table->rows, CodeStream());
      for (const std::string& name : columns) {
        const auto column = *table->labels_of(name);
        for (std::size_t row = 0; row < table->rows; ++row)
          to[row].push_back(column->missing[row] ? stats::no_code
                                                 : book->at(column->labels[column->label[row]]));
      }
    };
    of_member(a, streams.first);
    of_member(b, streams.second);
    streams.account.units = {{"couples", table->rows}, {"intervals", a.size()}};
    return streams;
  }

  static void add_rows(Frame& frame, const std::vector<std::string>& from, const std::vector<std::string>& to,
                       const LagTable& table, const std::optional<PermutedTable>& permuted) {
    for (std::size_t i = 0; i < from.size(); ++i)
      for (std::size_t j = 0; j < to.size(); ++j) {
        const auto q = table.targets.empty() ? std::nullopt : table.targets[i][j].yules_q;
        frame.rows.push_back(
            {from[i], to[j], static_cast<double>(table.lag), table.counts(i, j), table.expected(i, j),
             maybe_cell(table.transition[i][j]), maybe_cell(table.adjusted[i][j]), maybe_cell(q),
             permuted && permuted->z[i][j] ? models::Cell(permuted->p(i, j)) : models::Cell(),
             permuted && permuted->z[i][j] ? models::Cell(permuted->p_adjusted(i, j)) : models::Cell()});
      }
  }

  static void add_test(FitReport& report, const std::string& id, const std::string& title, double statistic,
                       double df, const std::optional<double>& p) {
    report.measures.push_back({id, title, statistic});
    report.measures.push_back({id + "_df", "  degrees of freedom", df});
    report.measures.push_back({id + "_p", "  p", p});
  }

  static void add_lag(FitReport& report, const LagTable& table, const std::string& of) {
    add_test(report, fmt::format("{}chisq_lag{}", of.empty() ? "" : of + "_", table.lag),
             fmt::format("{}chi-square at lag {}", of.empty() ? "" : of + ": ", table.lag), table.chisq,
             table.df, table.p);
  }

  void tell_target(FitReport& report, const LagTable& table, std::size_t i, std::size_t j) const {
    const auto& t = table.targets[i][j];
    auto& rows = report.tables.front().rows;
    const std::string of = fmt::format("{} then {}, lag {}", given, target, table.lag);
    if (t.log_or) {
      const double reach = stats::normal_reach(output.level);
      rows.push_back({of + ": log odds ratio",
                      *t.log_or,
                      t.se_log_or,
                      {},
                      *t.log_or - reach * *t.se_log_or,
                      *t.log_or + reach * *t.se_log_or,
                      {}});
    }
    const auto add = [&](const char* name, const std::optional<double>& value) {
      if (value) rows.push_back({of + ": " + name, *value});
    };
    add("Yule's Q", t.yules_q);
    add("phi", t.phi);
    add("transformed kappa", t.kappa_transform);
  }

  [[nodiscard]] Result<std::optional<PermutedTable>> shuffled(const std::vector<CodeStream>& streams,
                                                              std::size_t q, std::size_t lag,
                                                              std::uint64_t part) const {
    if (permutations == 0) return std::optional<PermutedTable>();
    auto permuted =
        stats::permute_within(streams, q, lag, no_repeats ? Repeats::impossible : Repeats::allowed,
                              permutations, stats::RandomKey{seed, 0}.part(part));
    if (!permuted) return tl::unexpected(permuted.error());
    return std::optional(std::move(*permuted));
  }

  Result<void> tell_streams(FitReport& report, Frame& frame, const Streams& streams,
                            const std::vector<std::size_t>& wanted) const {
    const std::size_t q = streams.codes.size();
    report.model = fmt::format("{} codes in {} streams, lags {}{}", q, streams.first.size(),
                               fmt::join(wanted, ", "), no_repeats ? ", without repeats" : "");
    const auto place = [&](const std::string& name) {
      return static_cast<std::size_t>(std::find(streams.codes.begin(), streams.codes.end(), name) -
                                      streams.codes.begin());
    };
    if (!given.empty() && (place(given) == q || place(target) == q))
      return misuse_of_sequence("--given and --target name codes of the file");
    report.tables.front().title = "One transition against all others";
    report.tables.front().basis = "large-sample error of independent pairs";
    for (const std::size_t lag : wanted) {
      const auto table =
          stats::lag_table(streams.first, q, lag, no_repeats ? Repeats::impossible : Repeats::allowed);
      if (!table) return tl::unexpected(table.error());
      const auto permuted = shuffled(streams.first, q, lag, lag);
      if (!permuted) return tl::unexpected(permuted.error());
      add_rows(frame, streams.codes, streams.codes, *table, *permuted);
      add_matrices(report, streams.codes, *table, "");
      add_lag(report, *table, "");
      if (*permuted)
        report.measures.push_back(
            {fmt::format("p_any_lag{}", lag), "  p of any transition, shuffled", (*permuted)->p_any});
      if (!given.empty() && !table->targets.empty()) tell_target(report, *table, place(given), place(target));
    }
    const auto same = stats::transition_homogeneity(streams.first, q);
    if (!same) return tl::unexpected(same.error());
    add_test(report, "homogeneity", "streams share their transitions: G2", same->statistic, same->df,
             same->p);
    if (const auto order = stats::second_order(streams.first, q); order && !no_repeats)
      add_test(report, "second_order", "the code before the last says more: G2", order->statistic, order->df,
               order->p);
    add_stream_findings(report);
    return {};
  }

  static void add_matrices(FitReport& report, const std::vector<std::string>& codes, const LagTable& table,
                           const std::string& of) {
    const std::string id = fmt::format("{}lag{}", of.empty() ? "" : of + "_", table.lag);
    report.matrices.push_back({id + "_counts", codes, codes, table.counts});
    report.matrices.push_back({id + "_expected", codes, codes, table.expected});
  }

  void add_stream_findings(FitReport& report) const {
    report.findings.push_back(
        {"sequence.residuals",
         "An adjusted residual beyond 2 or so is unusual by chance; p is by shuffling, p_all allows for "
         "looking at all cells.",
         no_repeats
             ? "pairs pooled over streams; quasi-independence without the diagonal; Haberman's residuals"
             : "pairs pooled over streams, none across two of them; Haberman's residuals",
         "That one code follows another more often does not say that it brings it about."});
    report.findings.push_back(
        {"sequence.pooled",
         "Pooled tables mix what differs between streams with what follows within them; shuffling keeps "
         "every stream's own codes.",
         permutations == 0 ? "no shuffling here"
                           : fmt::format("{} shuffles within streams, seed {}", permutations, seed),
         "Expected counts below 5 make residuals and chi-squares rough; p by shuffling is not."});
  }

  // Two members -------------------------------------------------------------------------------------------

  Result<void> tell_pairs(FitReport& report, Frame& frame, const Streams& streams,
                          const std::vector<std::size_t>& wanted) const {
    const auto members = members_of();
    if (!members) return tl::unexpected(members.error());
    report.model = fmt::format("{} and {} in {} couples", (*members)[0], (*members)[1], streams.first.size());
    const auto coded = [&](const std::string& member) {
      std::vector<std::string> all;
      for (const std::string& name : streams.codes) all.push_back(fmt::format("{}={}", member, name));
      return all;
    };
    const std::vector<std::string> who[2] = {coded((*members)[0]), coded((*members)[1])};
    const std::vector<CodeStream>* of[2] = {&streams.first, &streams.second};
    for (const std::size_t lag : wanted)
      for (std::size_t from = 0; from < 2; ++from)
        for (std::size_t to = 0; to < 2; ++to) {
          const std::string label = fmt::format("{}_{}", (*members)[from], (*members)[to]);
          auto added =
              add_pair(report, frame, *of[from], *of[to],
                       {who[from], who[to], label, lag, from != to, 1 + 2 * from + to}, streams.codes.size());
          if (!added) return added;
        }
    if (auto added = add_actor_partner(report, streams, *members); !added) return added;
    add_pair_findings(report);
    return {};
  }

  struct Crossing {
    std::vector<std::string> from, to;
    std::string label;
    std::size_t lag = 1;
    bool partners = false;
    std::uint64_t stream = 0;  ///< of random numbers
  };

  Result<void> add_pair(FitReport& report, Frame& frame, const std::vector<CodeStream>& from,
                        const std::vector<CodeStream>& to, const Crossing& crossing, std::size_t q) const {
    const auto table = crossing.partners ? stats::cross_lag_table(from, to, q, crossing.lag)
                                         : stats::lag_table(from, q, crossing.lag);
    if (!table) return tl::unexpected(table.error());
    std::optional<PermutedTable> permuted;
    if (permutations > 0 && crossing.partners) {
      constexpr std::size_t fewest = 5;
      if (from.size() >= fewest) {
        auto exchanged = stats::permute_partners(from, to, q, crossing.lag, permutations,
                                                 stats::RandomKey{seed, crossing.stream}.part(crossing.lag));
        if (!exchanged) return tl::unexpected(exchanged.error());
        permuted = std::move(*exchanged);
      }
    } else {
      auto own = shuffled(from, q, crossing.lag, crossing.stream);
      if (!own) return tl::unexpected(own.error());
      permuted = std::move(*own);
    }
    add_rows(frame, crossing.from, crossing.to, *table, permuted);
    add_lag(report, *table, crossing.label);
    if (permuted)
      report.measures.push_back(
          {fmt::format("{}_p_any_lag{}", crossing.label, crossing.lag),
           crossing.partners ? "  p of any, partners exchanged" : "  p of any, shuffled", permuted->p_any});
    return {};
  }

  [[nodiscard]] Result<std::vector<std::string>> members_of() const {
    if (names.empty()) return std::vector<std::string>{"first", "second"};
    auto both = names_in("--names", names);
    if (!both) return tl::unexpected(both.error());
    if (both->size() != 2 || (*both)[0] == (*both)[1])
      return misuse_of_sequence("--names takes two different ones");
    return std::move(*both);
  }

  Result<void> add_actor_partner(FitReport& report, const Streams& streams,
                                 const std::vector<std::string>& members) const {
    const std::string wanted = target.empty() ? "1" : target;
    const auto at = std::find(streams.codes.begin(), streams.codes.end(), wanted);
    if (at == streams.codes.end())
      return misuse_of_sequence("--target names the code that is predicted: one of those in the file");
    const auto one = static_cast<std::uint16_t>(at - streams.codes.begin());
    const auto yes_or_no = [&](std::vector<CodeStream> all) {
      for (CodeStream& s : all)
        for (std::uint16_t& c : s) c = c == stats::no_code ? c : c == one ? 1 : 0;
      return all;
    };
    const auto fit =
        stats::actor_partner_sequence(yes_or_no(streams.first), yes_or_no(streams.second),
                                      joint ? stats::Joint::included : stats::Joint::left_out, output.level);
    if (!fit) return tl::unexpected(fit.error());
    auto& table = report.tables.front();
    table.title = fmt::format("Logit of {} in the next interval", wanted);
    table.basis = fmt::format("logistic regression over all couples; errors over {} couples (CR2), t",
                              fit->first.clusters);
    for (const auto& [model, own, other] : {std::tuple(&fit->first, members[0], members[1]),
                                            std::tuple(&fit->second, members[1], members[0])}) {
      const std::vector<std::string> terms{own + ": constant", own + ": own before (actor)",
                                           fmt::format("{}: {}'s before (partner)", own, other),
                                           own + ": both before"};
      for (std::size_t j = 0; j < model->coefficients.size(); ++j) {
        const auto& c = model->coefficients[j];
        table.rows.push_back(
            {terms[j], c.estimate, c.std_error, model->df, c.interval.lower, c.interval.upper, c.p});
      }
      report.measures.push_back(
          {own + "_rows", own + ": intervals with the one before", static_cast<double>(model->rows)});
      report.measures.push_back({own + "_log_likelihood", own + ": log-likelihood", model->log_likelihood});
    }
    const bool converged = fit->first.convergence.verdict == stats::Verdict::converged;
    report.convergence = converged ? fit->second.convergence : fit->first.convergence;
    return {};
  }

  void add_pair_findings(FitReport& report) const {
    report.findings.push_back(
        {"sequence.actor_partner",
         "Actor: how much more likely a member's code is after having done the same; partner: after the "
         "other has.",
         "one logistic model over all couples, not one with a random intercept: it holds for couples on the "
         "whole, and its errors need no assumption about how couples differ",
         "Couples who do much of it for good, and what time alone does to all, are part of these numbers. "
         "That one follows the other does not say that it brings it about."});
    report.findings.push_back(
        {"sequence.partners",
         "Between members p is by exchanging partners: whole streams stay as they are, with their memory and "
         "the time they share.",
         permutations == 0 ? "no exchanging here" : fmt::format("{} exchanges, seed {}", permutations, seed),
         "It tells that partners have to do with each other at this distance, not which of them begins."});
  }
};

}  // namespace

void add_sequence(CLI::App& app, Desk& desk, Action& chosen) {
  add_guarded_command<SequenceCommand>(app, desk, chosen, "sequence", "What follows what in coded streams",
                                       R"(
Examples
  securebase sequence codes.csv --stream couple --position pos --code code
  securebase sequence codes.csv --stream couple --position pos --code code \
    --lags 1,2,3 --given neg --target rep
  securebase sequence couples.csv --first IKCB --second DCCB --names woman,man
)" + std::string(exit_code_help));
}

}  // namespace securebase::cli
