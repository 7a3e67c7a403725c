#include "costmodel/model/parallel.h"

#include <string>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

void CheckDivides(const Integer& devices, const std::string& name, const Integer& size) {
  if (size % devices == 0) return;
  throw CostError("tp = " + ToString(devices) + " does not divide " + name + " = " +
                  ToString(size));
}

}  // namespace

Bindings OnDevice(Bindings sizes, const Integer& t) {
  if (t == 1) return sizes;
  for (const char* name : {"H", "cross_H", "f", "f_expert", "f_shared"}) {
    const auto at = sizes.find(name);
    if (at == sizes.end()) continue;
    CheckDivides(t, name, Numerator(*at->second.AsRational()));
    at->second /= Expr(t);
  }
  for (const char* name : {"H_kv", "cross_H_kv"}) {
    const auto at = sizes.find(name);
    if (at == sizes.end()) continue;
    const Integer heads = Numerator(*at->second.AsRational());
    if (t < heads) CheckDivides(t, name, heads);
    at->second = t < heads ? at->second / Expr(t) : Expr(1);
  }
  const auto vocabulary = sizes.find("V");
  if (vocabulary != sizes.end()) vocabulary->second = CeilDiv(vocabulary->second, Expr(t));
  return sizes;
}

Rational ShareOfOthers(const Integer& n) { return Rational(n - 1) / Rational(n); }

}  // namespace costcheck
