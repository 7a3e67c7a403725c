#pragma once

#include <functional>
#include <string>

#include "costmodel/model/config_draft.h"

namespace costcheck {

inline constexpr NormShape kRmsNorm = {NormKind::kRmsNorm, false};

/// A rotary stack with RMSNorms, without biases; its feed-forward is not read yet.
Draft StartGated(Fields& fields, const ConfigNames& names = {});

/// W2 (act(W1 x) * W3 x) of the width that the field `inner` states, act being hidden_act.
FeedForwardShape ReadGatedFeedForward(Fields& fields,
                                      const std::string& inner = "intermediate_size");

/// sliding_window of all layers, if the file has one.
void SlideAll(Fields& fields, Draft& draft);

/// Of Qwen: no layers slide unless use_sliding_window; then those that `slides` picks by index and
/// max_window_layers, unless layer_types names them.
void ReadQwenWindow(Fields& fields, Draft& draft,
                    const std::function<bool(int, const Integer&)>& slides);

}  // namespace costcheck
