#include "claims/claim.h"

namespace costcheck {

std::string PlaceText(const ClaimPlace& place) {
  return place.file + ":" + std::to_string(place.line);
}

std::string NumberName(const Claim& claim, std::size_t index) {
  return claim.numbers.size() == 1 ? claim.id : claim.id + "_" + std::to_string(index + 1);
}

}  // namespace costcheck
