#include "verify/train/module_sizes.h"

#include "costmodel/algebra/error.h"
#include "verify/configuration.h"

namespace costcheck {

Sizes SizesFor(const std::string& component, const std::map<std::string, std::int64_t>& model,
               const std::map<std::string, std::int64_t>& own, bool causal,
               const std::vector<Sizes::Band>& bands) {
  VerifySubject subject{component, component, {}};
  subject.settings.causal = causal;
  for (const auto* values : {&model, &own}) {
    for (const auto& [name, value] : *values) subject.settings.Set(name, Expr(value));
  }
  for (const Sizes::Band& band : bands) {
    subject.settings.bands.push_back({Expr(band.types), Expr(band.width), Expr(band.hash_rows)});
  }
  const Configuration configuration = Configure(subject, model.at("T"));
  if (!configuration.taken.empty()) {
    // A default that is good for a check of counts is no setting of an experiment.
    throw CostError(component + ": the experiment does not set " +
                    configuration.taken.front().name);
  }
  Sizes sizes = configuration.sizes;
  if (!bands.empty()) sizes.bands = bands;
  return sizes;
}

}  // namespace costcheck
