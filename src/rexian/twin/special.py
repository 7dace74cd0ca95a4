"""Special functions of SciPy, loaded when one is first used: every start would pay for them, and few need them.

Arguments broadcast as NumPy's do. To full double precision, save in the far tails (see SciPy's own notes).
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


def normal_quantile(chances: Numbers) -> Numbers:
    """The inverse of the standard normal distribution function, for chances in (0, 1)."""
    from scipy.special import ndtri

    return np.asarray(ndtri(chances), dtype=np.float64)


def log_normal_below(values: Numbers) -> Numbers:
    """The logarithm of the standard normal distribution function."""
    from scipy.special import log_ndtr

    return np.asarray(log_ndtr(values), dtype=np.float64)


def gamma_quantile(shape: float, chances: Any) -> Numbers:
    """The inverse of the gamma distribution function of this shape and scale 1, for chances in [0, 1)."""
    from scipy.special import gammaincinv

    return np.asarray(gammaincinv(shape, chances), dtype=np.float64)


def student_quantile(freedom: int, chance: float) -> float:
    """The inverse of Student's t distribution function with so many degrees of freedom."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, chance))
