#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "verify/configuration.h"

namespace costcheck {

/// A small shape of a verifiable component at random, unlike in every size as far as it
/// may be: widths mostly prime, d apart from H*w, H_kv a divisor of H; T below, at and above a
/// window, block or number of kept keys; S apart from T where the component allows it, and T > S
/// too; causal or not; every switch of the component, and bands of unequal kinds. The label tells
/// all of it. The same generator state gives the same configuration on every machine.
Configuration RandomConfiguration(const std::string& name, std::mt19937_64& generator);

/// What a request comes to: every subject at every length or, where `random` is above 0, that many
/// random shapes of every subject, drawn from the run's seed.
std::vector<Configuration> ConfigurationsOf(const VerifyRequest& request);

}  // namespace costcheck
