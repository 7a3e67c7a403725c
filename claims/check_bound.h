#pragma once

#include "claims/check_context.h"

// Bounds that no program passes. A number past one, whatever its digits allow, is impossible.

namespace costcheck {

/// kEntropy: a loss in nats is not below the entropy of its source, Zipf's law with `exponent` over
/// `types` (costmodel/embedding/token_law.h); times `share` where only this part of the targets
/// cannot be seen. CostError for a claimed number in another unit than nat, nat/token or none.
CheckOutcome CheckEntropy(const ClaimCheck& check, const CheckContext& context);

/// kAmdahl: where a part of a whole costs nothing any more, the whole is whole / (whole - part)
/// times as fast. CostError where the part costs more than the whole.
CheckOutcome CheckAmdahl(const ClaimCheck& check, const CheckContext& context);

/// kLimit: numerator / denominator is the claimed number or more at some whole value >= 1 of the
/// symbol (costmodel/crossover decides, exactly); its limit as the symbol grows is said as well.
/// The denominator is above 0.
CheckOutcome CheckLimit(const ClaimCheck& check, const CheckContext& context);

}  // namespace costcheck
