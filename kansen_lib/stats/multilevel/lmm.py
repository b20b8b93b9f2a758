"""The linear mixed model: its cross-products, and its deviance at given relative covariances.

The model is y = X beta + sum_t Z_t b_t + e, with the b of each label of term t drawn from N(0, Sigma_t).
Every Sigma_t is sigma^2 L_t L_t' with L_t lower triangular; theta holds the entries of all L_t. Terms may
be nested or crossed. The data enter through cross-products, computed once: an evaluation costs no pass
over the persons.

Source: Bates, Maechler, Bolker and Walker (2015), J. Stat. Softw. 67(1), sections 2.3 and 3.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import linalg, sparse

from kansen_lib.stats import frames
from kansen_lib.stats.linear import RANK_TOLERANCE, Matrix
from kansen_lib.stats.result import ROUNDING, NotComputable
from kansen_lib.stats.terms import Reason

#: Fewest labels of a grouping from which a variance between them is estimated.
FEWEST_GROUPS = 5

#: Most cells of a link that is kept as an array (16 MB).
DENSE = 2_000_000


@dataclass(frozen=True)
class Term:
    """The random effects of one grouping, in a basis in which their regressors are orthonormal.

    Attributes:
        group: column of the grouping.
        columns: its k regressors, ``intercept`` first.
        labels: its J labels.
        code: label of each person, shape (n,).
        values: regressors in the orthonormal basis, shape (n, k).
        back: from that basis to the regressors as given, shape (k, k): b = back @ b_orthonormal.
    """

    group: str
    columns: tuple[str, ...]
    labels: tuple[object, ...]
    code: NDArray[np.int64]
    values: Matrix
    back: Matrix

    @property
    def k(self) -> int:
        """Number of random effects of a label."""
        return len(self.columns)

    @property
    def size(self) -> int:
        """Number of random effects of all labels."""
        return self.k * len(self.labels)

    def matrix(self) -> sparse.csr_array:
        """Z of this term, shape (n, J k): the effects of a label stand together."""
        n = len(self.code)
        column = self.code[:, None] * self.k + np.arange(self.k)
        return sparse.csr_array(
            (self.values.ravel(), column.ravel(), np.arange(n + 1) * self.k), shape=(n, self.size)
        )


@dataclass(frozen=True)
class CrossProducts:
    """What the deviance needs of the data; X is orthonormal and y its standardised residual on X.

    Attributes:
        terms: the random terms, that with most effects first: it is eliminated label by label.
        names: the p fixed regressors.
        n: number of persons.
        first: Z1'Z1, shape (J1, k1, k1).
        link: Z2'Z1, Z2 the other terms.
        dense: the link as an array, where the first term has intercepts alone and it is not too large.
        rest: Z2'Z2, shape (q2, q2).
        first_xy: Z1'[X y], shape (J1 k1, p + 1).
        rest_xy: Z2'[X y], shape (q2, p + 1).
        xy: [X y]'[X y].
        ols: least-squares coefficients, shape (p,): the y of the model is what they leave.
        back: from the basis of X to the regressors as given, shape (p, p).
        scale: standard deviation by which y was divided.
    """

    terms: tuple[Term, ...]
    names: tuple[str, ...]
    n: int
    first: Matrix
    link: sparse.csr_array
    dense: Matrix | None
    rest: Matrix
    first_xy: Matrix
    rest_xy: Matrix
    xy: Matrix
    ols: Matrix
    back: Matrix
    scale: float

    @property
    def p(self) -> int:
        """Number of fixed effects."""
        return len(self.names)

    @property
    def ends(self) -> list[int]:
        """Where the entries of each term end in theta."""
        return list(np.cumsum([term.k * (term.k + 1) // 2 for term in self.terms]))

    @property
    def log_basis(self) -> float:
        """Log determinant of X'X in the regressors as given."""
        return -2 * float(np.linalg.slogdet(self.back)[1])

    def triangles(self, theta: Matrix) -> list[Matrix]:
        """L of each term."""
        found = []
        for term, part in zip(self.terms, np.split(theta, self.ends[:-1]), strict=True):
            triangle = np.zeros((term.k, term.k))
            triangle[np.tril_indices(term.k)] = part
            found.append(triangle)
        return found

    def diagonal(self) -> NDArray[np.bool_]:
        """Which entries of theta stand on the diagonal of an L: where they are 0 a variance is."""
        parts = [np.equal(*np.tril_indices(term.k)) for term in self.terms]
        return np.concatenate(parts)


@dataclass(frozen=True)
class Solved:
    """The penalised least squares at one theta.

    Attributes:
        log_random: log determinant of L'Z'ZL + I.
        log_fixed: log determinant of X'V^-1 X sigma^2 in the orthonormal basis.
        penalised: penalised residual sum of squares.
        spread: inverse of L1'Z1'Z1L1 + I framed by L1, sparse with a block for each of the J1 labels.
        factor: lower Cholesky factor over the other terms, X and y, shape (q2 + p + 1, q2 + p + 1).
        outer: L of the other terms, sparse.
    """

    log_random: float
    log_fixed: float
    penalised: float
    spread: sparse.csr_array
    factor: Matrix
    outer: sparse.csr_array


def term(frame: pd.DataFrame, group: str, slopes: Sequence[str]) -> Term:
    """The random intercepts, and slopes if any, of a grouping.

    Raises:
        NotComputable: fewer than :data:`FEWEST_GROUPS` labels, as many effects as persons, or
            regressors that depend on each other.
    """
    labels = frames.labels(frame[group])
    code = pd.Index(labels).get_indexer(pd.Index(frame[group].to_numpy())).astype(np.int64)
    raw = frames.design(frame, slopes)
    if len(labels) < FEWEST_GROUPS:
        raise NotComputable(Reason.FEW_GROUPS)
    if len(labels) * raw.shape[1] >= len(frame):
        raise NotComputable(Reason.NOT_IDENTIFIED)
    values, back = _orthonormal(raw.to_numpy(float))
    root = np.sqrt(len(frame))
    return Term(group, tuple(raw.columns), tuple(labels), code, values * root, back * root)


def _same(one: Term, other: Term) -> bool:
    """Whether two groupings divide the persons alike."""
    sizes = {
        len(one.labels),
        len(other.labels),
        len(np.unique(np.column_stack([one.code, other.code]), axis=0)),
    }
    return len(sizes) == 1


def _orthonormal(x: Matrix) -> tuple[Matrix, Matrix]:
    """Q and the inverse of R of x = QR."""
    scale = np.sqrt((x**2).sum(axis=0))
    if x.shape[0] <= x.shape[1] or not np.all(scale > 0):
        raise NotComputable(Reason.TOO_FEW if len(x) <= x.shape[1] else Reason.NOT_IDENTIFIED)
    q, r = np.linalg.qr(x / scale)
    if np.linalg.svd(r, compute_uv=False)[-1] < RANK_TOLERANCE:
        raise NotComputable(Reason.NOT_IDENTIFIED)
    signs = np.sign(np.diag(r))
    return q * signs, np.linalg.inv(r * signs[:, None]) / scale[:, None]


def cross_products(
    frame: pd.DataFrame, y: Matrix, x: pd.DataFrame, random: Mapping[str, Sequence[str]]
) -> CrossProducts:
    """Everything that the deviance needs of the data.

    Args:
        frame: persons without missing values.
        y: outcome, shape (n,).
        x: fixed regressors with the intercept, shape (n, p).
        random: by grouping, the columns that have a random slope beside the intercept.

    Raises:
        NotComputable: no spread in the outcome beyond the fixed regressors, or no such model.
    """
    if len(frame) == 0:
        raise NotComputable(Reason.NO_PERSONS)
    terms = sorted((term(frame, *item) for item in random.items()), key=lambda one: (-one.size, one.group))
    if any(_same(one, other) for one, other in itertools.combinations(terms, 2)):
        raise NotComputable(Reason.NOT_IDENTIFIED)
    basis, back = _orthonormal(x.to_numpy(float))
    left = y - basis @ (basis.T @ y)
    scale = float(np.sqrt((left**2).sum() / (len(y) - x.shape[1])))
    if scale <= ROUNDING * max(1.0, float(np.abs(y).max())):
        raise NotComputable(Reason.NO_SPREAD)
    z1, *others = [one.matrix() for one in terms]
    z2 = sparse.hstack(others, format="csr") if others else sparse.csr_array((len(y), 0))
    xy = np.column_stack([basis, left / scale])
    j, k = len(terms[0].labels), terms[0].k
    link = sparse.csr_array(z2.T @ z1)
    return CrossProducts(
        terms=tuple(terms),
        names=tuple(x.columns),
        n=len(y),
        first=_blocks(terms[0]).reshape(j, k, k),
        link=link,
        dense=link.toarray() if k == 1 and np.prod(link.shape) <= DENSE else None,
        rest=(z2.T @ z2).toarray(),
        first_xy=z1.T @ xy,
        rest_xy=z2.T @ xy,
        xy=xy.T @ xy,
        ols=back @ (basis.T @ y),
        back=back,
        scale=scale,
    )


def _blocks(first: Term) -> Matrix:
    products = first.values[:, :, None] * first.values[:, None, :]
    flat = products.reshape(len(products), -1)
    columns = [np.bincount(first.code, column, len(first.labels)) for column in flat.T]
    return np.column_stack(columns)


def residual_exists(data: CrossProducts, y: Matrix) -> None:
    """A grouping that explains everything leaves no residual variance, and the deviance no minimum.

    Raises:
        NotComputable: ``y`` is the same for all persons of a label, for some grouping.
    """
    spread = float(np.abs(y - y.mean()).max())
    for one in data.terms:
        mean = np.bincount(one.code, y) / np.bincount(one.code)
        if np.abs(y - mean[one.code]).max() <= RANK_TOLERANCE * spread:
            raise NotComputable(Reason.NO_SPREAD)


def solve(data: CrossProducts, theta: Matrix) -> Solved:
    """Penalised least squares at ``theta``: the largest term label by label, the others together."""
    head, *tail = data.triangles(theta)
    core = head.T @ data.first @ head + np.eye(len(head))
    inner = head @ np.linalg.solve(core, np.broadcast_to(head.T, core.shape))
    spread = _framed(inner)
    outer = _outer(data.terms[1:], tail)
    first_xy = spread @ data.first_xy
    grid = outer.T @ (data.rest - _carried(data, inner, spread)) @ outer + np.eye(len(data.rest))
    side = outer.T @ (data.rest_xy - data.link @ first_xy)
    end = data.xy - data.first_xy.T @ first_xy
    factor = np.linalg.cholesky(np.block([[grid, side], [side.T, end]]))
    logs, q = 2 * np.log(np.diag(factor)), len(grid)
    log_random = float(np.linalg.slogdet(core)[1].sum() + logs[:q].sum())
    return Solved(log_random, float(logs[q:-1].sum()), float(factor[-1, -1] ** 2), spread, factor, outer)


def _framed(blocks: Matrix) -> sparse.csr_array:
    """The matrix with these blocks, of shape (J, k, k), on its diagonal."""
    j, k = len(blocks), blocks.shape[-1]
    rows, shape = np.arange(j + 1), (j * k, j * k)
    if k == 1:
        return sparse.csr_array((blocks.ravel(), rows[:-1], rows), shape=shape)
    return sparse.csr_array(sparse.bsr_array((blocks, rows[:-1], rows), shape=shape))


def _carried(data: CrossProducts, inner: Matrix, spread: sparse.csr_array) -> Matrix:
    """What the largest term takes out of the cross-products of the others, shape (q2, q2).

    Of intercepts alone it is a weighted sum of squares: one dense product, which costs far less than a
    sparse one as long as the link fits in memory.
    """
    if data.dense is None:
        return (data.link @ spread @ data.link.T).toarray()
    half = data.dense * np.sqrt(inner.ravel())
    return half @ half.T


def _outer(terms: Sequence[Term], triangles: Sequence[Matrix]) -> sparse.csr_array:
    if all(one.k == 1 for one in terms):
        sizes = [len(one.labels) for one in terms]
        return _framed(np.repeat([float(one[0, 0]) for one in triangles], sizes).reshape(-1, 1, 1))
    parts = [
        sparse.kron(sparse.eye_array(len(one.labels)), triangle)
        for one, triangle in zip(terms, triangles, strict=True)
    ]
    return sparse.csr_array(sparse.block_diag(parts))


def fixed_covariance(data: CrossProducts, solved: Solved) -> Matrix:
    """Covariance of the fixed effects over sigma^2, in the regressors as given, shape (p, p)."""
    corner = solved.factor[-data.p - 1 : -1, -data.p - 1 : -1]
    half = linalg.solve_triangular(corner, data.back.T, lower=True)
    return half.T @ half
