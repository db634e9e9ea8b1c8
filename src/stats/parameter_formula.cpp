#include "stats/parameter_formula.hpp"

#include <charconv>
#include <cmath>

namespace securebase::stats {
namespace {

using Eigen::VectorXd;

Differentiated plus(const Differentiated& a, const Differentiated& b, double sign) {
  return {a.value + sign * b.value, a.gradient + sign * b.gradient};
}
Differentiated times(const Differentiated& a, const Differentiated& b) {
  return {a.value * b.value, a.value * b.gradient + b.value * a.gradient};
}
Differentiated inverse(const Differentiated& a) {
  return {1 / a.value, -a.gradient / (a.value * a.value)};
}

bool is_name_sign(char c, bool first) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  return letter || (!first && ((c >= '0' && c <= '9') || c == '.'));
}

// sum := product {+|- product};  product := factor {*|/ factor};  factor := number | name | -factor | (sum)
class Reader {
 public:
  Reader(std::string_view text, const std::map<std::string, Differentiated>& known, Eigen::Index parameters)
      : rest_(text), known_(known), parameters_(parameters) {}

  Result<Differentiated> read() {
    const Differentiated value = sum(0);
    if (next() != '\0') fault_ = true;
    if (fault_)
      return fail(ErrorKind::bad_data, "structural.formula",
                  "a formula has numbers, labels of parameters, + - * / and parentheses");
    if (!std::isfinite(value.value) || !value.gradient.allFinite())
      return fail(ErrorKind::bad_data, "structural.formula_undefined", "a formula divides by zero");
    return value;
  }

 private:
  static constexpr int deepest = 100;

  char next() {
    while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
    return rest_.empty() ? '\0' : rest_.front();
  }
  bool take(char c) {
    if (next() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  Differentiated constant(double value) const { return {value, VectorXd::Zero(parameters_)}; }
  Differentiated fault() {
    fault_ = true;
    return constant(0);
  }

  Differentiated sum(int depth) {
    Differentiated value = product(depth);
    while (!fault_) {
      if (take('+'))
        value = plus(value, product(depth), 1);
      else if (take('-'))
        value = plus(value, product(depth), -1);
      else
        break;
    }
    return value;
  }

  Differentiated product(int depth) {
    Differentiated value = factor(depth);
    while (!fault_) {
      if (take('*'))
        value = times(value, factor(depth));
      else if (take('/'))
        value = times(value, inverse(factor(depth)));
      else
        break;
    }
    return value;
  }

  // NOLINTNEXTLINE(misc-no-recursion): no deeper than `deepest`
  Differentiated factor(int depth) {
    if (depth > deepest) return fault();
    if (take('-')) return times(constant(-1), factor(depth + 1));
    if (take('(')) {
      Differentiated value = sum(depth + 1);
      return take(')') ? value : fault();
    }
    return is_name_sign(next(), true) ? name() : number();
  }

  Differentiated name() {
    std::size_t length = 1;
    while (length < rest_.size() && is_name_sign(rest_[length], false)) ++length;
    const auto found = known_.find(std::string(rest_.substr(0, length)));
    rest_.remove_prefix(length);
    return found == known_.end() ? fault() : found->second;
  }

  Differentiated number() {
    if (next() == '\0') return fault();
    double value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc() || !std::isfinite(value)) return fault();
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return constant(value);
  }

  std::string_view rest_;
  const std::map<std::string, Differentiated>& known_;
  Eigen::Index parameters_;
  bool fault_ = false;
};

}  // namespace

Result<Differentiated> evaluate_formula(std::string_view formula,
                                        const std::map<std::string, Differentiated>& known,
                                        Eigen::Index parameters) {
  return Reader(formula, known, parameters).read();
}

}  // namespace securebase::stats
