#include "wire/mixed_summary.hpp"

#include <cmath>
#include <functional>

#include "wire/fields.hpp"

namespace securebase::wire {
namespace {

using models::SiteSummary;
using stats::Matrix;
using stats::MixedSummary;

constexpr std::string_view schema = "securebase.mixed_summary/1";
constexpr std::size_t most_bytes = 64'000'000;
constexpr std::size_t most_values = 8'000'000;
constexpr std::size_t most_matrix = 20'000;  ///< rows or columns of a matrix

constexpr std::string_view correlations[] = {"none", "ar1", "car1", "cs"};

// To JSON

template <class T, class Make>
Node list_of(const std::vector<T>& values, const Make& make) {
  Node::Array array;
  array.reserve(values.size());
  for (const T& value : values) array.push_back(make(value));
  return array;
}

template <class T>
Node plain_list(const std::vector<T>& values) {
  return list_of(values, [](const T& value) { return Node(value); });
}

Node matrix_node(const Matrix& m) {
  Node::Array values;
  for (std::size_t i = 0; i < m.rows(); ++i)
    for (std::size_t j = 0; j < m.cols(); ++j) values.push_back(m(i, j));
  return Node::Object{{"rows", m.rows()}, {"cols", m.cols()}, {"values", std::move(values)}};
}

Node half_node(const Matrix& m) {
  Node::Array values;
  for (std::size_t i = 0; i < m.rows(); ++i)
    for (std::size_t j = 0; j <= i; ++j) values.push_back(m(i, j));
  return Node::Object{{"order", m.rows()}, {"lower", std::move(values)}};
}

Node source_node(const stats::SummarySource& s) {
  return Node::Object{{"site", s.site},
                      {"engine", s.engine},
                      {"rows", s.rows},
                      {"clusters", s.clusters},
                      {"withheld_rows", s.withheld_rows},
                      {"withheld_clusters", s.withheld_clusters}};
}

Node term_node(const stats::MixedShape::Term& t) {
  return Node::Object{{"factor", t.grouping},
                      {"columns", plain_list(t.names)},
                      {"correlated", t.shape == stats::CovarianceShape::full}};
}

Node shape_node(const stats::MixedShape& s) {
  return Node::Object{{"fixed", plain_list(s.fixed_names)},
                      {"random", list_of(s.terms, term_node)},
                      {"residual_correlation", correlations[static_cast<std::size_t>(s.correlation)]},
                      {"residual_groups", plain_list(s.residual_groups)},
                      {"longest_series", s.longest_series}};
}

Node unit_node(const stats::ColumnScale& c) {
  return Node::Object{{"origin", c.origin}, {"unit", c.unit}};
}

Node scale_node(const stats::MixedScale& s) {
  return Node::Object{{"fixed", list_of(s.fixed, unit_node)},
                      {"outcome", unit_node(s.response)},
                      {"random", list_of(s.random, plain_list<double>)},
                      {"constant", s.constant ? Node(*s.constant) : Node()},
                      {"constant_value", s.constant_value}};
}

Node cell_node(const stats::SummaryCell& c) {
  return Node::Object{{"rows", c.rows},
                      {"clusters", c.clusters},
                      {"blocks", list_of(c.blocks,
                                         [](const stats::SummaryCell::Block& b) -> Node {
                                           return Node::Object{{"term", b.term}, {"z", matrix_node(b.z)}};
                                         })},
                      {"group", plain_list(c.group)},
                      {"series", plain_list(c.series)},
                      {"position", plain_list(c.position)},
                      {"products", half_node(c.products)}};
}

Node residual_node(const stats::SummaryResidual& r) {
  return Node::Object{{"rows", r.rows}, {"products", half_node(r.products)}};
}

Node levels_node(const std::map<std::string, std::vector<std::string>>& levels) {
  Node::Array list;
  for (const auto& [factor, names] : levels)
    list.push_back(Node::Object{{"factor", factor}, {"levels", plain_list(names)}});
  return list;
}

// From JSON. A reader takes members one by one; what is left over at the end is unknown.

class Reader {
 public:
  Reader(const Node& node, std::string path, std::optional<Error>& error)
      : object_(node.as<Node::Object>()), path_(std::move(path)), error_(error) {
    if (object_ == nullptr) refuse(path_, "an object");
  }

  ~Reader() {
    if (error_ || object_ == nullptr) return;
    for (const Member& member : *object_)
      if (std::find(asked_.begin(), asked_.end(), member.name) == asked_.end()) {
        error_ = refuse_unknown(path_, asked_).value();
        return;
      }
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  template <class T>
  void operator()(std::string_view name, T& into) {
    asked_.push_back(name);
    if (error_) return;
    const Member* member = find(name);
    const std::string at = member_path(path_, name);
    if (member == nullptr) return refuse(at, "this must be there");
    read(member->value, at, into);
  }

 private:
  [[nodiscard]] const Member* find(std::string_view name) const {
    for (const Member& member : *object_)
      if (member.name == name) return &member;
    return nullptr;
  }
  void refuse(const std::string& at, std::string_view what) {
    if (!error_) error_ = refuse_field(at, what).value();
  }

  template <class T>
  requires(std::is_arithmetic_v<T> ||
           std::same_as<T, std::string>) void read(const Node& node, const std::string& at, T& into) {
    auto done = Spoken<T>::read(node, into, at);
    if (!done) error_ = done.error();
  }

  template <class T>
  void read(const Node& node, const std::string& at, std::vector<T>& into) {
    const auto* array = node.as<Node::Array>();
    if (array == nullptr) return refuse(at, "a list");
    into.reserve(array->size());
    for (const Node& element : *array) {
      T value{};
      read(element, element_path(at, into.size()), value);
      if (error_) return;
      into.push_back(std::move(value));
    }
  }

  void read(const Node& node, const std::string& at, std::optional<std::size_t>& into) {
    if (node.is_null()) return into.reset();
    std::size_t value = 0;
    read(node, at, value);
    into = value;
  }

  /// A full matrix, or the lower half of a symmetric one.
  void read(const Node& node, const std::string& at, Matrix& into) {
    std::vector<double> values;
    std::size_t rows = 0;
    std::size_t cols = 0;
    const bool half = node.find("order") != nullptr;
    {
      Reader inner(node, at, error_);
      if (error_) return;
      if (half) {
        inner("order", rows);
        inner("lower", values);
        cols = rows;
      } else {
        inner("rows", rows);
        inner("cols", cols);
        inner("values", values);
      }
    }
    if (error_) return;
    const bool fits = rows <= most_matrix && cols <= most_matrix &&
                      values.size() == (half ? rows * (rows + 1) / 2 : rows * cols);
    if (!fits) return refuse(at, "as many numbers as the matrix has places");
    into = Matrix(rows, cols);
    std::size_t next = 0;
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < (half ? i + 1 : cols); ++j) {
        into(i, j) = values[next++];
        if (half) into(j, i) = into(i, j);
      }
  }

  void read(const Node& node, const std::string& at, stats::SummarySource& s) {
    Reader inner(node, at, error_);
    if (error_) return;
    inner("site", s.site);
    inner("engine", s.engine);
    inner("rows", s.rows);
    inner("clusters", s.clusters);
    inner("withheld_rows", s.withheld_rows);
    inner("withheld_clusters", s.withheld_clusters);
  }

  void read(const Node& node, const std::string& at, stats::MixedShape::Term& t) {
    bool correlated = true;
    Reader inner(node, at, error_);
    if (error_) return;
    inner("factor", t.grouping);
    inner("columns", t.names);
    inner("correlated", correlated);
    t.shape = correlated ? stats::CovarianceShape::full : stats::CovarianceShape::diagonal;
  }

  void read(const Node& node, const std::string& at, stats::ResidualCorrelation& c) {
    std::string word;
    read(node, at, word);
    for (std::size_t i = 0; i < std::size(correlations); ++i)
      if (word == correlations[i]) {
        c = static_cast<stats::ResidualCorrelation>(i);
        return;
      }
    refuse(at, one_of(correlations));
  }

  void read(const Node& node, const std::string& at, stats::MixedShape& s) {
    Reader inner(node, at, error_);
    if (error_) return;
    inner("fixed", s.fixed_names);
    inner("random", s.terms);
    inner("residual_correlation", s.correlation);
    inner("residual_groups", s.residual_groups);
    inner("longest_series", s.longest_series);
  }

  void read(const Node& node, const std::string& at, stats::ColumnScale& c) {
    Reader inner(node, at, error_);
    if (error_) return;
    inner("origin", c.origin);
    inner("unit", c.unit);
  }

  void read(const Node& node, const std::string& at, stats::MixedScale& s) {
    Reader inner(node, at, error_);
    if (error_) return;
    inner("fixed", s.fixed);
    inner("outcome", s.response);
    inner("random", s.random);
    inner("constant", s.constant);
    inner("constant_value", s.constant_value);
  }

  void read(const Node& node, const std::string& at, stats::SummaryCell::Block& b) {
    Reader inner(node, at, error_);
    if (error_) return;
    inner("term", b.term);
    inner("z", b.z);
  }

  void read(const Node& node, const std::string& at, stats::SummaryCell& c) {
    Reader inner(node, at, error_);
    if (error_) return;
    inner("rows", c.rows);
    inner("clusters", c.clusters);
    inner("blocks", c.blocks);
    inner("group", c.group);
    inner("series", c.series);
    inner("position", c.position);
    inner("products", c.products);
  }

  void read(const Node& node, const std::string& at, stats::SummaryResidual& r) {
    Reader inner(node, at, error_);
    if (error_) return;
    inner("rows", r.rows);
    inner("products", r.products);
  }

  struct Factor {
    std::string name;
    std::vector<std::string> levels;
  };
  void read(const Node& node, const std::string& at, Factor& f) {
    Reader inner(node, at, error_);
    if (error_) return;
    inner("factor", f.name);
    inner("levels", f.levels);
  }

  void read(const Node& node, const std::string& at, std::map<std::string, std::vector<std::string>>& map) {
    std::vector<Factor> factors;
    read(node, at, factors);
    for (Factor& f : factors)
      if (!map.emplace(std::move(f.name), std::move(f.levels)).second) refuse(at, "each factor once");
  }

  const Node::Object* object_;
  std::string path_;
  std::optional<Error>& error_;
  std::vector<std::string_view> asked_;
};

Error in_file(Error error, const std::string& name) {
  error.kind = ErrorKind::bad_data;
  error.where.name = name;
  return error;
}

/// Of the very schema, said before anything else is looked at.
Result<void> check_schema(const Node& node, const std::string& name) {
  const Node* found = node.find("schema");
  const auto* text = found == nullptr ? nullptr : found->as<Private<std::string>>();
  if (text != nullptr && text->reveal() == schema) return {};
  return fail(ErrorKind::bad_data, "mixed_summary.schema",
              "not a summary that this version reads: its schema must be " + std::string(schema),
              Place{name, 0, 0, "schema"});
}

}  // namespace

std::string mixed_summary_document(const SiteSummary& summary) {
  const MixedSummary& s = summary.sums;
  return to_json(Node::Object{{"schema", schema},
                              {"formula", summary.formula},
                              {"levels", levels_node(summary.levels)},
                              {"smallest_cell", s.smallest_cell},
                              {"sources", list_of(s.sources, source_node)},
                              {"shape", shape_node(s.shape)},
                              {"scale", scale_node(s.scale)},
                              {"rows", s.rows},
                              {"clusters", s.clusters},
                              {"log_weights", s.log_weights},
                              {"sums", plain_list(s.sums)},
                              {"products", half_node(s.products)},
                              {"random", list_of(s.random, half_node)},
                              {"group_rows", plain_list(s.group_rows)},
                              {"residual", list_of(s.residual, residual_node)},
                              {"cells", list_of(s.cells, cell_node)}}) +
         "\n";
}

Result<SiteSummary> read_mixed_summary(std::string_view bytes, const std::string& name) {
  if (bytes.size() > most_bytes)
    return fail(ErrorKind::bad_data, "mixed_summary.too_large", "a summary has 64 MB at most",
                Place{name, 0, 0, {}});
  const auto node = parse_json(bytes, most_values);
  if (!node) return tl::unexpected(in_file(node.error(), name));
  if (auto right = check_schema(*node, name); !right) return tl::unexpected(right.error());
  SiteSummary site;
  MixedSummary& s = site.sums;
  std::optional<Error> error;
  {
    std::string read_schema;
    Reader read(*node, "", error);
    read("schema", read_schema);
    read("formula", site.formula);
    read("levels", site.levels);
    read("smallest_cell", s.smallest_cell);
    read("sources", s.sources);
    read("shape", s.shape);
    read("scale", s.scale);
    read("rows", s.rows);
    read("clusters", s.clusters);
    read("log_weights", s.log_weights);
    read("sums", s.sums);
    read("products", s.products);
    read("random", s.random);
    read("group_rows", s.group_rows);
    read("residual", s.residual);
    read("cells", s.cells);
  }
  if (error) return tl::unexpected(in_file(*error, name));
  return site;
}

}  // namespace securebase::wire
