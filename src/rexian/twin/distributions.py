"""How long things take: distributions by their inverse, so that one uniform number gives one length of time.

A distribution is data (it stands in scenarios). `quantile` maps numbers in [0, 1) to seconds, monotonously where the
distribution is of one piece: the same customer, with another distribution, stays a patient or an impatient one.
"""

from typing import Annotated

import msgspec
import numpy as np

from rexian.twin.special import Numbers, gamma_quantile, normal_quantile

Positive = Annotated[float, msgspec.Meta(gt=0)]
Length = Annotated[float, msgspec.Meta(ge=0)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class _Distribution(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", forbid_unknown_fields=True):
    pass


class Fixed(_Distribution, frozen=True, kw_only=True, tag="fixed"):
    """Always the same."""

    value_s: Length

    def quantile(self, chances: Numbers) -> Numbers:
        return np.full(chances.shape, float(self.value_s))

    @property
    def mean(self) -> float:
        return self.value_s


class Exponential(_Distribution, frozen=True, kw_only=True, tag="exponential"):
    mean_s: Positive

    def quantile(self, chances: Numbers) -> Numbers:
        return -self.mean_s * np.log1p(-chances)

    @property
    def mean(self) -> float:
        return self.mean_s


class Lognormal(_Distribution, frozen=True, kw_only=True, tag="lognormal"):
    """`cv`: the standard deviation as a multiple of the mean."""

    mean_s: Positive
    cv: Positive

    def quantile(self, chances: Numbers) -> Numbers:
        variance = np.log1p(self.cv**2)
        found: Numbers = np.exp(np.log(self.mean_s) - variance / 2 + np.sqrt(variance) * normal_quantile(chances))
        return found

    @property
    def mean(self) -> float:
        return self.mean_s


class Gamma(_Distribution, frozen=True, kw_only=True, tag="gamma"):
    """`cv`: the standard deviation as a multiple of the mean; 1 is exponential, less is more regular."""

    mean_s: Positive
    cv: Positive

    def quantile(self, chances: Numbers) -> Numbers:
        return self.mean_s * self.cv**2 * gamma_quantile(self.cv**-2, chances)

    @property
    def mean(self) -> float:
        return self.mean_s


class Empirical(_Distribution, frozen=True, kw_only=True, tag="empirical"):
    """Equally likely `values_s`; with `beyond` > 0 this share lies beyond the last of them, by an exponential tail.

    The tail is for what was never seen to its end: the patience of those who were served in time.
    """

    values_s: Annotated[tuple[Length, ...], msgspec.Meta(min_length=1)]
    beyond: Share = 0.0
    beyond_mean_s: Positive = 1.0

    def quantile(self, chances: Numbers) -> Numbers:
        values = np.sort(np.asarray(self.values_s, dtype=np.float64))
        seen = 1.0 - self.beyond
        place = np.minimum((chances / max(seen, 1e-12) * len(values)).astype(np.int64), len(values) - 1)
        if self.beyond == 0:
            return values[place]
        tail = np.log(self.beyond / np.maximum(1.0 - chances, 1e-15)) * self.beyond_mean_s
        return np.where(chances < seen, values[place], values[-1] + np.maximum(tail, 0.0))

    @property
    def mean(self) -> float:
        within = sum(self.values_s) / len(self.values_s)
        return (1.0 - self.beyond) * within + self.beyond * (max(self.values_s) + self.beyond_mean_s)


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    share: Annotated[float, msgspec.Meta(gt=0)]
    of: "Fixed | Exponential | Lognormal | Gamma | Empirical"


class Mixture(_Distribution, frozen=True, kw_only=True, tag="mixture"):
    """Each time one of the parts, by their shares."""

    parts: Annotated[tuple[Part, ...], msgspec.Meta(min_length=1)]

    def quantile(self, chances: Numbers) -> Numbers:
        edges = np.concatenate(([0.0], np.cumsum([part.share for part in self.parts])))
        edges /= edges[-1]
        found = np.empty_like(chances)
        for part, low, high in zip(self.parts, edges[:-1], edges[1:], strict=True):
            here = (chances >= low) & (chances < high)
            found[here] = part.of.quantile((chances[here] - low) / (high - low))
        return found

    @property
    def mean(self) -> float:
        whole = sum(part.share for part in self.parts)
        return sum(part.share * part.of.mean for part in self.parts) / whole


Distribution = Fixed | Exponential | Lognormal | Gamma | Empirical | Mixture
