#include "models/design.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "models/evaluation.hpp"

namespace securebase::models {
namespace {

constexpr std::size_t most_columns = 2000;
constexpr std::size_t most_numbers = 1'000'000'000;  ///< of one matrix: 8 GB

void want_variable(const Expression& e, std::vector<WantedColumn>& wanted) {
  if (e.kind == Expression::Kind::column)
    want(wanted, e.name, ColumnUse::number_or_label);
  else
    add_columns(e, wanted);
}

void want_columns_of(const TermList& list, std::vector<WantedColumn>& wanted) {
  for (const Expression& e : list.variables) want_variable(e, wanted);
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// What rows are chosen by.
class Choice {
 public:
  explicit Choice(const Table& table) : table_(table), evaluation_(table), choice_{} {
    choice_.used.assign(table.rows, true);
    choice_.account.file = table.name;
    choice_.account.rows = table.rows;
  }

  Result<void> need(const Expression& e) {
    const auto lacks = evaluation_.missing(e);
    if (!lacks) return tl::unexpected(lacks.error());
    drop(*lacks, to_text(e));
    return {};
  }

  Result<void> need(const TermList& list) {
    for (const Expression& e : list.variables)
      if (auto needed = need(e); !needed) return needed;
    return {};
  }

  Result<void> need_column(const std::string& name) {
    if (name.empty()) return {};
    return need(Expression{Expression::Kind::column, 0, name, {}});
  }

  Result<void> need_columns(const std::vector<std::string>& names) {
    for (const std::string& name : names)
      if (auto needed = need_column(name); !needed) return needed;
    return {};
  }

  Result<RowChoice> done() && {
    auto& account = choice_.account;
    account.used = table_.rows;
    for (const LeftOut& reason : account.left_out) account.used -= reason.rows;
    if (account.used > 0) return std::move(choice_);
    std::string reasons;
    for (const LeftOut& reason : account.left_out)
      reasons += fmt::format("{}{} rows: {}", reasons.empty() ? "" : "; ", reason.rows, reason.reason);
    return fail(ErrorKind::bad_data, "models.no_rows_left", "no row has everything. " + reasons,
                Place{table_.name, 0, 0, {}});
  }

 private:
  void drop(const std::vector<bool>& lacks, const std::string& what) {
    std::size_t rows = 0;
    for (std::size_t i = 0; i < lacks.size(); ++i)
      if (lacks[i] && choice_.used[i]) {
        choice_.used[i] = false;
        ++rows;
      }
    if (rows > 0) choice_.account.left_out.push_back({what + " is missing", rows});
  }

  const Table& table_;
  Evaluation evaluation_;
  RowChoice choice_;
};

/// A variable of a term in the rows that are used.
struct Coded {
  std::string name;
  std::vector<double> numbers;      ///< empty: a factor
  std::vector<std::uint32_t> code;  ///< of a factor
  std::vector<std::string> levels;

  [[nodiscard]] bool is_factor() const { return numbers.empty(); }
};

template <class T>
std::vector<T> picked(const std::vector<T>& all, const std::vector<std::uint32_t>& rows) {
  std::vector<T> some;
  some.reserve(rows.size());
  for (const std::uint32_t row : rows) some.push_back(all[row]);
  return some;
}

/// One column: a level of each factor of its term, none of each number.
struct ColumnMaker {
  std::string name;
  std::vector<std::pair<const Coded*, std::uint32_t>> parts;
};

enum class Contrast { treatment, every_level };

/// Whether the term without variable v lies within the intercept or an earlier term.
Contrast contrast_of(const TermList& list, std::size_t t, std::size_t v) {
  std::vector<std::size_t> margin = list.terms[t];
  std::erase(margin, v);
  if (margin.empty()) return Contrast::treatment;
  for (std::size_t earlier = 0; earlier < t; ++earlier) {
    const auto& term = list.terms[earlier];
    if (std::includes(term.begin(), term.end(), margin.begin(), margin.end())) return Contrast::treatment;
  }
  return Contrast::every_level;
}

/// Builds the columns of term lists over chosen rows; variables are computed once.
class Builder {
 public:
  Builder(const Table& table, const std::vector<std::uint32_t>& rows, const std::vector<bool>* used,
          Coding& coding)
      : table_(table), rows_(rows), used_(used), coding_(coding), evaluation_(table) {}

  [[nodiscard]] Evaluation& evaluation() { return evaluation_; }

  struct Columns {
    std::vector<std::string> names;
    std::vector<TermColumns> terms;
    stats::Matrix numbers;
  };

  Result<Columns> columns(const TermList& list) {
    std::vector<const Coded*> variables;
    for (const Expression& e : list.variables) {
      auto variable = coded(e);
      if (!variable) return tl::unexpected(variable.error());
      variables.push_back(*variable);
    }
    auto makers = makers_of(list, variables);
    if (!makers) return tl::unexpected(makers.error());
    Columns result;
    for (const auto& [term, of_term] : *makers) {
      if (!term.empty())
        result.terms.push_back({term, result.names.size(), result.names.size() + of_term.size()});
      for (const ColumnMaker& maker : of_term) result.names.push_back(maker.name);
    }
    if (result.names.size() * rows_.size() > most_numbers) return too_many(result.names.size());
    result.numbers = stats::Matrix(rows_.size(), result.names.size());
    std::size_t column = 0;
    for (const auto& [term, of_term] : *makers)
      for (const ColumnMaker& maker : of_term) fill(maker, result.numbers, column++);
    return result;
  }

  Result<std::vector<double>> numbers(const Expression& e) {
    auto all = evaluation_.values(e, used_, coding_);
    if (!all) return tl::unexpected(all.error());
    return picked(all->numbers, rows_);
  }

 private:
  using TermMakers = std::vector<std::pair<std::string, std::vector<ColumnMaker>>>;

  Result<const Coded*> coded(const Expression& e) {
    const std::string name = to_text(e);
    if (const auto known = coded_.find(name); known != coded_.end()) return &known->second;
    Coded one{name, {}, {}, {}};
    const auto factor = evaluation_.is_factor(e);
    if (!factor) return tl::unexpected(factor.error());
    if (*factor) {
      auto codes = evaluation_.codes(e, used_, coding_);
      if (!codes) return tl::unexpected(codes.error());
      one.code = picked(codes->code, rows_);
      one.levels = std::move(codes->levels);
    } else {
      auto values = numbers(e);
      if (!values) return tl::unexpected(values.error());
      one.numbers = std::move(*values);
    }
    return &coded_.emplace(name, std::move(one)).first->second;
  }

  [[nodiscard]] tl::unexpected<Error> too_many(std::size_t columns) const {
    return fail(
        ErrorKind::bad_data, "models.too_many_columns",
        fmt::format("the formula makes {} columns of {} rows, which is too many", columns, rows_.size()),
        Place{table_.name, 0, 0, {}});
  }

  Result<TermMakers> makers_of(const TermList& list, const std::vector<const Coded*>& variables) const {
    TermMakers makers;
    std::size_t columns = 0;
    if (list.intercept) makers.push_back({"", {{"(Intercept)", {}}}});
    bool factor_met = list.intercept;
    for (std::size_t t = 0; t < list.terms.size(); ++t) {
      std::vector<ColumnMaker> of_term{{}};
      for (const std::size_t v : list.terms[t]) {
        Contrast contrast = Contrast::treatment;
        if (variables[v]->is_factor()) {
          // Without an intercept the first factor has all its levels.
          contrast = factor_met ? contrast_of(list, t, v) : Contrast::every_level;
          factor_met = true;
        }
        of_term = multiplied(of_term, *variables[v], contrast);
        if (columns + of_term.size() > most_columns) return too_many(columns + of_term.size());
      }
      columns += of_term.size();
      makers.push_back({term_text(list, list.terms[t]), std::move(of_term)});
    }
    return makers;
  }

  static std::vector<ColumnMaker> multiplied(const std::vector<ColumnMaker>& before, const Coded& variable,
                                             Contrast contrast) {
    const auto name = [](const ColumnMaker& maker, const std::string& more) {
      return maker.name.empty() ? more : maker.name + ":" + more;
    };
    std::vector<ColumnMaker> after;
    const auto levels = variable.is_factor() ? variable.levels.size() : 1;
    const bool first_is_base = variable.is_factor() && contrast == Contrast::treatment;
    for (std::uint32_t l = first_is_base ? 1 : 0; l < levels; ++l)
      for (const ColumnMaker& maker : before) {
        ColumnMaker more = maker;
        more.name = name(maker, variable.name + (variable.is_factor() ? variable.levels[l] : ""));
        more.parts.emplace_back(&variable, l);
        after.push_back(std::move(more));
      }
    return after;
  }

  static void fill(const ColumnMaker& maker, stats::Matrix& into, std::size_t column) {
    for (std::size_t i = 0; i < into.rows(); ++i) {
      double product = 1;
      for (const auto& [variable, level] : maker.parts)
        product *= variable->is_factor() ? (variable->code[i] == level ? 1.0 : 0.0) : variable->numbers[i];
      into(i, column) = product;
    }
  }

  const Table& table_;
  const std::vector<std::uint32_t>& rows_;
  const std::vector<bool>* used_;
  Coding& coding_;
  Evaluation evaluation_;
  std::map<std::string, Coded> coded_;
};

/// Levels of used rows only, numbered as they come.
struct Grouped {
  std::vector<std::uint32_t> level;
  std::vector<std::string> names;
};

Grouped grouped(const Levels& all, const std::vector<std::uint32_t>& rows) {
  Grouped result;
  result.level.reserve(rows.size());
  constexpr std::uint32_t unseen = 0xFFFFFFFFU;
  std::vector<std::uint32_t> number(all.names.size(), unseen);
  for (const std::uint32_t row : rows) {
    std::uint32_t& n = number[all.level[row]];
    if (n == unseen) {
      n = static_cast<std::uint32_t>(result.names.size());
      result.names.push_back(all.names[all.level[row]]);
    }
    result.level.push_back(n);
  }
  return result;
}

class DesignMaker {
 public:
  DesignMaker(const ModelPlan& plan, const Table& table, RowChoice choice)
      : plan_(plan), table_(table), choice_(std::move(choice)) {
    made_.account = std::move(choice_.account);
    for (std::uint32_t i = 0; i < table.rows; ++i)
      if (choice_.used[i]) made_.rows.push_back(i);
  }

  Result<ModelDesign> make() && {
    Builder builder(table_, made_.rows, &choice_.used, made_.coding);
    auto response = builder.numbers(plan_.formula.response);
    if (!response) return tl::unexpected(response.error());
    made_.design.response = std::move(*response);
    auto fixed = builder.columns(plan_.formula.fixed);
    if (!fixed) return tl::unexpected(fixed.error());
    made_.design.fixed = std::move(fixed->numbers);
    made_.design.fixed_names = std::move(fixed->names);
    made_.terms = std::move(fixed->terms);
    for (const RandomPart& part : plan_.formula.random)
      if (auto added = add_random(builder, part); !added) return tl::unexpected(added.error());
    if (auto added = add_residual(builder); !added) return tl::unexpected(added.error());
    if (!plan_.weights.empty()) {
      auto weights = builder.numbers({Expression::Kind::column, 0, plan_.weights, {}});
      if (!weights) return tl::unexpected(weights.error());
      made_.design.weights = std::move(*weights);
    }
    for (std::size_t g = 0; g < made_.levels.size(); ++g)
      made_.account.units.emplace_back(made_.design.groupings[g].name, made_.levels[g].size());
    return std::move(made_);
  }

 private:
  Result<void> add_random(Builder& builder, const RandomPart& part) {
    auto columns = builder.columns(part.columns);
    if (!columns) return tl::unexpected(columns.error());
    const auto grouping = grouping_of(builder, part.factor);
    if (!grouping) return tl::unexpected(grouping.error());
    made_.design.terms.push_back(
        {*grouping, std::move(columns->numbers), std::move(columns->names), stats::CovarianceShape::full});
    return {};
  }

  Result<std::size_t> grouping_of(Builder& builder, const std::vector<std::string>& factor) {
    const std::string name = factor_text(factor);
    auto& groupings = made_.design.groupings;
    for (std::size_t g = 0; g < groupings.size(); ++g)
      if (groupings[g].name == name) return g;
    const auto levels = builder.evaluation().levels(factor);
    if (!levels) return tl::unexpected(levels.error());
    Grouped groups = grouped(**levels, made_.rows);
    groupings.push_back({name, std::move(groups.level)});
    made_.levels.push_back(std::move(groups.names));
    return groupings.size() - 1;
  }

  Result<void> add_residual(Builder& builder) {
    auto& residual = made_.design.residual;
    if (plan_.residual) {
      residual.correlation = plan_.residual->correlation;
      const auto within = grouping_of(builder, plan_.residual->within);
      if (!within) return tl::unexpected(within.error());
      residual.within = *within;
      if (!plan_.residual->position.empty()) {
        auto position = builder.numbers({Expression::Kind::column, 0, plan_.residual->position, {}});
        if (!position) return tl::unexpected(position.error());
        residual.position = std::move(*position);
      }
    }
    if (plan_.variance_by.empty()) return {};
    const Expression by{
        Expression::Kind::call, 0, "factor", {{Expression::Kind::column, 0, plan_.variance_by, {}}}};
    Coding own;
    auto codes = builder.evaluation().codes(by, &choice_.used, own);
    if (!codes) return tl::unexpected(codes.error());
    residual.group = picked(codes->code, made_.rows);
    residual.group_names = codes->levels;
    made_.coding.variance_groups = codes->levels;
    return {};
  }

  const ModelPlan& plan_;
  const Table& table_;
  RowChoice choice_;
  ModelDesign made_;
};

/// New rows by client, coded.
class NewMaker {
 public:
  NewMaker(const ModelPlan& plan, const Coding& coding, const Table& table)
      : plan_(plan), coding_(coding), table_(table) {}

  Result<NewClients> make() && {
    if (auto chosen = choose(); !chosen) return tl::unexpected(chosen.error());
    Builder builder(table_, rows_, nullptr, coding_);
    auto fixed = builder.columns(plan_.formula.fixed);
    if (!fixed) return tl::unexpected(fixed.error());
    std::vector<stats::Matrix> random;
    for (const RandomPart& part : plan_.formula.random) {
      auto columns = builder.columns(part.columns);
      if (!columns) return tl::unexpected(columns.error());
      random.push_back(std::move(columns->numbers));
    }
    if (auto seen = read_responses(builder); !seen) return tl::unexpected(seen.error());
    if (auto placed = read_residual(builder); !placed) return tl::unexpected(placed.error());
    auto clients = by_client(builder);
    if (!clients) return tl::unexpected(clients.error());
    for (auto& [name, places] : *clients) result_.clients.push_back(client(name, places, *fixed, random));
    return std::move(result_);
  }

 private:
  Result<void> choose() {
    Choice choice(table_);
    if (auto needed = choice.need(plan_.formula.fixed); !needed) return needed;
    for (const RandomPart& part : plan_.formula.random)
      if (auto needed = choice.need(part.columns); !needed) return needed;
    if (plan_.residual)
      if (auto needed = choice.need_column(plan_.residual->position); !needed) return needed;
    if (auto needed = choice.need_column(plan_.variance_by); !needed) return needed;
    auto chosen = std::move(choice).done();
    if (!chosen) return tl::unexpected(chosen.error());
    for (std::uint32_t i = 0; i < table_.rows; ++i)
      if (chosen->used[i]) rows_.push_back(i);
    result_.account = std::move(chosen->account);
    return {};
  }

  [[nodiscard]] bool reads(const std::vector<WantedColumn>& columns) const {
    return std::all_of(columns.begin(), columns.end(), [&](const WantedColumn& wanted) {
      return std::any_of(table_.columns.begin(), table_.columns.end(),
                         [&](const Column& column) { return column.name == wanted.name; });
    });
  }

  Result<void> read_responses(Builder& builder) {
    responses_.resize(rows_.size());
    std::vector<WantedColumn> columns;
    add_columns(plan_.formula.response, columns);
    if (!reads(columns)) return {};
    const auto values = builder.evaluation().values(plan_.formula.response, nullptr, coding_);
    if (!values) return tl::unexpected(values.error());
    for (std::size_t i = 0; i < rows_.size(); ++i)
      if (!values->missing[rows_[i]]) responses_[i] = values->numbers[rows_[i]];
    return {};
  }

  Result<void> read_residual(Builder& builder) {
    if (plan_.residual && !plan_.residual->position.empty()) {
      auto position = builder.numbers({Expression::Kind::column, 0, plan_.residual->position, {}});
      if (!position) return tl::unexpected(position.error());
      positions_ = std::move(*position);
    }
    if (plan_.variance_by.empty()) return {};
    const Expression by{
        Expression::Kind::call, 0, "factor", {{Expression::Kind::column, 0, plan_.variance_by, {}}}};
    Coding own;
    own.levels[to_text(by)] = coding_.variance_groups;
    auto codes = builder.evaluation().codes(by, nullptr, own);
    if (!codes) return tl::unexpected(codes.error());
    groups_ = picked(codes->code, rows_);
    return {};
  }

  using Places = std::vector<std::uint32_t>;  ///< indices into rows_

  Result<std::vector<std::pair<std::string, Places>>> by_client(Builder& builder) const {
    std::vector<std::pair<std::string, Places>> clients;
    std::vector<WantedColumn> own;
    if (!plan_.formula.random.empty())
      for (const std::string& name : plan_.formula.random.front().factor) own.push_back({name, {}});
    if (own.empty() || !reads(own)) {
      for (std::uint32_t i = 0; i < rows_.size(); ++i) clients.push_back({"", {i}});
      return clients;
    }
    const auto levels = builder.evaluation().levels(plan_.formula.random.front().factor);
    if (!levels) return tl::unexpected(levels.error());
    const Grouped groups = grouped(**levels, rows_);
    clients.resize(groups.names.size());
    for (std::size_t g = 0; g < groups.names.size(); ++g) clients[g].first = groups.names[g];
    for (std::uint32_t i = 0; i < rows_.size(); ++i) clients[groups.level[i]].second.push_back(i);
    return clients;
  }

  static stats::Matrix rows_of(const stats::Matrix& all, const Places& places) {
    stats::Matrix some(places.size(), all.cols());
    for (std::size_t i = 0; i < places.size(); ++i)
      for (std::size_t j = 0; j < all.cols(); ++j) some(i, j) = all(places[i], j);
    return some;
  }

  [[nodiscard]] NewClients::Client client(const std::string& name, const Places& places,
                                          const Builder::Columns& fixed,
                                          const std::vector<stats::Matrix>& random) const {
    NewClients::Client client{name, picked(rows_, places), {}};
    client.numbers.fixed = rows_of(fixed.numbers, places);
    for (const stats::Matrix& term : random) client.numbers.random.push_back(rows_of(term, places));
    client.numbers.response = picked(responses_, places);
    if (!positions_.empty()) client.numbers.position = picked(positions_, places);
    if (!groups_.empty()) client.numbers.group = picked(groups_, places);
    return client;
  }

  const ModelPlan& plan_;
  Coding coding_;
  const Table& table_;
  std::vector<std::uint32_t> rows_;
  std::vector<std::optional<double>> responses_;
  std::vector<double> positions_;
  std::vector<std::uint32_t> groups_;
  NewClients result_;
};

}  // namespace

std::vector<WantedColumn> wanted_columns(const ModelPlan& plan) {
  std::vector<WantedColumn> wanted;
  add_columns(plan.formula.response, wanted);
  want_columns_of(plan.formula.fixed, wanted);
  for (const RandomPart& part : plan.formula.random) {
    want_columns_of(part.columns, wanted);
    for (const std::string& name : part.factor) want(wanted, name, ColumnUse::label);
  }
  if (plan.residual) {
    if (!plan.residual->position.empty()) want(wanted, plan.residual->position, ColumnUse::number);
    for (const std::string& name : plan.residual->within) want(wanted, name, ColumnUse::label);
  }
  if (!plan.variance_by.empty()) want(wanted, plan.variance_by, ColumnUse::label);
  if (!plan.weights.empty()) want(wanted, plan.weights, ColumnUse::number);
  return wanted;
}

std::vector<WantedColumn> wanted_of_new(const ModelPlan& plan, const std::vector<std::string>& header) {
  std::vector<WantedColumn> wanted;
  want_columns_of(plan.formula.fixed, wanted);
  for (const RandomPart& part : plan.formula.random) want_columns_of(part.columns, wanted);
  if (plan.residual && !plan.residual->position.empty())
    want(wanted, plan.residual->position, ColumnUse::number);
  if (!plan.variance_by.empty()) want(wanted, plan.variance_by, ColumnUse::label);
  std::vector<WantedColumn> where_there;
  add_columns(plan.formula.response, where_there);
  if (!plan.formula.random.empty())
    for (const std::string& name : plan.formula.random.front().factor)
      want(where_there, name, ColumnUse::label);
  for (const WantedColumn& column : where_there)
    if (has(header, column.name)) want(wanted, column.name, column.use);
  return wanted;
}

Result<RowChoice> choose_rows(const std::vector<const ModelPlan*>& plans, const Table& table) {
  Choice choice(table);
  for (const ModelPlan* plan : plans) {
    if (auto needed = choice.need(plan->formula.response); !needed) return tl::unexpected(needed.error());
    if (auto needed = choice.need(plan->formula.fixed); !needed) return tl::unexpected(needed.error());
    for (const RandomPart& part : plan->formula.random) {
      if (auto needed = choice.need(part.columns); !needed) return tl::unexpected(needed.error());
      if (auto needed = choice.need_columns(part.factor); !needed) return tl::unexpected(needed.error());
    }
    if (plan->residual) {
      if (auto needed = choice.need_column(plan->residual->position); !needed)
        return tl::unexpected(needed.error());
      if (auto needed = choice.need_columns(plan->residual->within); !needed)
        return tl::unexpected(needed.error());
    }
    for (const std::string* name : {&plan->variance_by, &plan->weights})
      if (auto needed = choice.need_column(*name); !needed) return tl::unexpected(needed.error());
  }
  return std::move(choice).done();
}

Result<ModelDesign> make_design(const ModelPlan& plan, const Table& table, RowChoice rows) {
  return DesignMaker(plan, table, std::move(rows)).make();
}

Result<ModelDesign> make_design(const ModelPlan& plan, const Table& table) {
  auto rows = choose_rows({&plan}, table);
  if (!rows) return tl::unexpected(rows.error());
  return make_design(plan, table, std::move(*rows));
}

Result<NewClients> new_clients(const ModelPlan& plan, const Coding& coding, const Table& table) {
  return NewMaker(plan, coding, table).make();
}

}  // namespace securebase::models
