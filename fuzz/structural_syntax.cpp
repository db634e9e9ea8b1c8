// A structural model: any bytes give terms or an error that names a place, the same each time; what was read
// can be planned for one group, or is refused; what is planned is written and read back as it is.

#include "models/structural_syntax.hpp"

#include <cstdint>
#include <string_view>

#include "base/printable.hpp"
#include "demand.hpp"
#include "models/structural_auto.hpp"

namespace {

using namespace securebase;

void plan(const models::StructuralSyntax& syntax, models::AutoRules rules) {
  const auto planned =
      models::plan_structural(syntax, {rules, syntax.groups == 0 ? 1 : syntax.groups, {}, {}});
  if (!planned) {
    DEMAND(is_plain_text(to_text(planned.error())));
    return;
  }
  const auto& model = planned->models.front();
  const auto again = models::parse_structural(models::syntax_of(model, {}), "written");
  DEMAND(again.has_value());
  DEMAND(again->terms.size() == model.terms.size());
  for (std::size_t i = 0; i < model.terms.size(); ++i) {
    DEMAND(again->terms[i].left == model.terms[i].left && again->terms[i].right == model.terms[i].right);
    DEMAND(again->terms[i].modifier(0).fixed == model.terms[i].fixed);
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto syntax =
      models::parse_structural(std::string_view(reinterpret_cast<const char*>(data), size), "input");
  if (!syntax) {
    DEMAND(is_plain_text(to_text(syntax.error())));
    DEMAND(syntax.error().where.name == "input");
    return 0;
  }
  DEMAND(!syntax->terms.empty() && syntax->terms.size() <= models::most_terms);
  for (const models::SyntaxTerm& term : syntax->terms) {
    DEMAND(!term.left.empty() && is_plain_text(term.left) && is_plain_text(term.right));
    DEMAND(term.modifiers.size() == 1 || term.modifiers.size() == syntax->groups);
    DEMAND(term.line >= 1 && term.column >= 1);
  }
  for (const auto rules : {models::AutoRules::cfa, models::AutoRules::growth, models::AutoRules::none})
    plan(*syntax, rules);
  return 0;
}
