#pragma once
// A number that carries its first and second derivatives by N parameters; for the sources of this room only.
// Arithmetic on jets is the product and the chain rule, so a likelihood written for any number type gives its
// exact gradient and Hessian (Griewank & Walther 2008, Evaluating Derivatives, ch. 3 and 10).
//
//   f(x)    g = f' x.g     h = f' x.h + f'' x.g x.g'
//   x y     g = x y.g + y x.g     h = x y.h + y x.h + x.g y.g' + y.g x.g'

#include <Eigen/Core>
#include <array>
#include <cmath>
#include <cstddef>

namespace securebase::stats {

template <std::size_t N>
struct Jet {
  static constexpr std::size_t pairs = N * (N + 1) / 2;

  double value = 0;
  std::array<double, N> first{};
  std::array<double, pairs> second{};  // lower triangle, row by row

  Jet() = default;
  Jet(double constant) : value(constant) {}  // NOLINT(google-explicit-constructor): a constant is a jet

  /// The k-th parameter, in steps of `unit`: d value / d parameter = unit.
  static Jet parameter(double value, std::size_t k, double unit) {
    Jet jet(value);
    jet.first[k] = unit;
    return jet;
  }

  Jet& operator+=(const Jet& other) { return add(other, 1); }
  Jet& operator-=(const Jet& other) { return add(other, -1); }
  Jet& operator*=(const Jet& other) { return *this = *this * other; }
  Jet& operator/=(const Jet& other) { return *this = *this / other; }

  friend Jet operator+(Jet a, const Jet& b) { return a += b; }
  friend Jet operator-(Jet a, const Jet& b) { return a -= b; }
  friend Jet operator-(const Jet& a) { return a.through(-a.value, -1, 0); }
  friend Jet operator*(const Jet& a, const Jet& b) {
    Jet product(a.value * b.value);
    std::size_t at = 0;
    for (std::size_t i = 0; i < N; ++i) {
      product.first[i] = a.value * b.first[i] + b.value * a.first[i];
      for (std::size_t j = 0; j <= i; ++j, ++at)
        product.second[at] = a.value * b.second[at] + b.value * a.second[at] + a.first[i] * b.first[j] +
                             b.first[i] * a.first[j];
    }
    return product;
  }
  friend Jet operator/(const Jet& a, const Jet& b) {
    const double r = 1 / b.value;
    return a * b.through(r, -r * r, 2 * r * r * r);
  }

  friend bool operator==(const Jet& a, const Jet& b) { return a.value == b.value; }
  friend bool operator<(const Jet& a, const Jet& b) { return a.value < b.value; }
  friend bool operator>(const Jet& a, const Jet& b) { return a.value > b.value; }

  /// f of this, given f, f' and f'' at its value.
  [[nodiscard]] Jet through(double f, double slope, double bend) const {
    Jet result(f);
    std::size_t at = 0;
    for (std::size_t i = 0; i < N; ++i) {
      result.first[i] = slope * first[i];
      for (std::size_t j = 0; j <= i; ++j, ++at)
        result.second[at] = slope * second[at] + bend * first[i] * first[j];
    }
    return result;
  }

 private:
  Jet& add(const Jet& other, double sign) {
    value += sign * other.value;
    for (std::size_t i = 0; i < N; ++i) first[i] += sign * other.first[i];
    for (std::size_t i = 0; i < pairs; ++i) second[i] += sign * other.second[i];
    return *this;
  }
};

/// The number without its derivatives.
inline double plain(double x) {
  return x;
}
template <std::size_t N>
double plain(const Jet<N>& x) {
  return x.value;
}

template <std::size_t N>
Jet<N> log(const Jet<N>& x) {
  return x.through(std::log(x.value), 1 / x.value, -1 / (x.value * x.value));
}

inline double power(double x, double exponent) {
  return std::pow(x, exponent);
}
/// x^exponent; the derivatives are finite at x = 0 for whole exponents.
template <std::size_t N>
Jet<N> power(const Jet<N>& x, double exponent) {
  const double bend = exponent * (exponent - 1);
  return x.through(std::pow(x.value, exponent),
                   exponent == 0 ? 0 : exponent * std::pow(x.value, exponent - 1),
                   bend == 0 ? 0 : bend * std::pow(x.value, exponent - 2));
}

}  // namespace securebase::stats

template <std::size_t N>
struct Eigen::NumTraits<securebase::stats::Jet<N>> : Eigen::NumTraits<double> {
  using Real = securebase::stats::Jet<N>;
  using NonInteger = securebase::stats::Jet<N>;
  using Nested = securebase::stats::Jet<N>;
  // NOLINTBEGIN(readability-identifier-naming): Eigen's names
  enum {
    IsComplex = 0,
    IsInteger = 0,
    IsSigned = 1,
    RequireInitialization = 1,
    ReadCost = 50,
    AddCost = 50,
    MulCost = 200
  };
  // NOLINTEND(readability-identifier-naming)
};
