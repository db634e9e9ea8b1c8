#include "wire/discriminant_file.hpp"

#include <tuple>

#include "coding/not_for_custody.hpp"
#include "wire/fields.hpp"

namespace securebase::wire {
namespace {

using coding::LaboratoryDiscriminant;
using stats::Matrix;

constexpr std::string_view discriminant_schema = "securebase.discriminant/1";
constexpr std::size_t most_discriminant_bytes = 8'000'000;
constexpr std::size_t most_discriminant_values = 2'000'000;

using Rows = std::vector<std::vector<double>>;

/// The document, member by member.
struct DiscriminantFile {
  std::string schema;
  std::string warning;
  std::string training_set;
  std::int64_t cases = 0;
  std::vector<std::string> measurements;
  std::vector<std::string> classes;
  std::vector<std::int64_t> counts;
  std::vector<double> priors;
  Rows means;
  Rows within;
  Rows scaling;
  std::vector<double> singular;
  std::vector<double> share;
  Rows left_out;

  static constexpr auto fields(const auto& use) {
    using service::Field;
    using F = DiscriminantFile;
    return use(Field{"schema", &F::schema}, Field{"warning", &F::warning},
               Field{"training_set", &F::training_set}, Field{"cases", &F::cases},
               Field{"measurements", &F::measurements}, Field{"classes", &F::classes},
               Field{"counts", &F::counts}, Field{"priors", &F::priors}, Field{"means", &F::means},
               Field{"within", &F::within}, Field{"scaling", &F::scaling}, Field{"singular", &F::singular},
               Field{"share", &F::share}, Field{"left_out", &F::left_out});
  }
};

Rows rows_of(const Matrix& m) {
  Rows rows;
  rows.reserve(m.rows());
  for (std::size_t i = 0; i < m.rows(); ++i) rows.emplace_back(m.row(i).begin(), m.row(i).end());
  return rows;
}

/// Empty where rows differ in length: what it must be is checked after.
Matrix matrix_of(const Rows& rows) {
  if (rows.empty()) return {};
  Matrix m(rows.size(), rows.front().size());
  for (std::size_t i = 0; i < m.rows(); ++i) {
    if (rows[i].size() != m.cols()) return {};
    for (std::size_t j = 0; j < m.cols(); ++j) m(i, j) = rows[i][j];
  }
  return m;
}

Error of_file(Error error, const std::string& name) {
  error.kind = ErrorKind::bad_data;
  error.where.name = name;
  return error;
}

Result<bool> check_document(const Node& node, const std::string& name) {
  const Node* found = node.find("schema");
  const auto* text = found == nullptr ? nullptr : found->as<Private<std::string>>();
  if (text != nullptr && text->reveal() == discriminant_schema) return true;
  return fail(
      ErrorKind::bad_data, "discriminant.schema",
      "not a discriminant that this version reads: its schema must be " + std::string(discriminant_schema),
      Place{name, 0, 0, "schema"});
}

}  // namespace

std::string discriminant_document(const LaboratoryDiscriminant& model) {
  const DiscriminantFile file{std::string(discriminant_schema),
                              std::string(coding::not_for_custody_text),
                              model.training_set,
                              static_cast<std::int64_t>(model.cases),
                              model.measurements,
                              model.classes,
                              {model.counts.begin(), model.counts.end()},
                              model.discriminant.priors,
                              rows_of(model.discriminant.means),
                              rows_of(model.discriminant.within),
                              rows_of(model.canonical.scaling),
                              model.canonical.singular,
                              model.canonical.share,
                              rows_of(model.confusion)};
  return to_json(to_node(file)) + "\n";
}

Result<LaboratoryDiscriminant> read_discriminant(std::string_view bytes, const std::string& name) {
  if (bytes.size() > most_discriminant_bytes)
    return fail(ErrorKind::bad_data, "discriminant.too_large", "a discriminant has 8 MB at most",
                Place{name, 0, 0, {}});
  const auto node = parse_json(bytes, most_discriminant_values);
  if (!node) return tl::unexpected(of_file(node.error(), name));
  if (auto right = check_document(*node, name); !right) return tl::unexpected(right.error());
  const auto file = from_node<DiscriminantFile>(*node);
  if (!file) return tl::unexpected(of_file(file.error(), name));
  LaboratoryDiscriminant model;
  model.training_set = file->training_set;
  if (file->cases < 0)
    return tl::unexpected(of_file(refuse_field("cases", "a number of cases").value(), name));
  model.cases = static_cast<std::size_t>(file->cases);
  model.measurements = file->measurements;
  model.classes = file->classes;
  for (const std::int64_t count : file->counts) {
    if (count < 0) return tl::unexpected(of_file(refuse_field("counts", "numbers of cases").value(), name));
    model.counts.push_back(static_cast<std::size_t>(count));
  }
  model.discriminant = {file->priors, matrix_of(file->means), matrix_of(file->within)};
  model.canonical = {matrix_of(file->scaling), file->singular, file->share};
  model.confusion = matrix_of(file->left_out);
  auto checked = coding::checked(std::move(model));
  if (!checked) return tl::unexpected(of_file(checked.error(), name));
  return checked;
}

}  // namespace securebase::wire
