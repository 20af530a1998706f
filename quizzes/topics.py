"""What the bank is about: topics, and what students believe that is not so."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

TOPICS: Mapping[str, str] = MappingProxyType(
    {
        "tails": "One tail or two",
        "nesting": "Nested and crossed",
        "syntax": "Formula syntax",
        "pooling": "Pooling and shrinkage",
        "simulation": "Simulating from a model",
        "bootstrap": "Bootstrap",
        "pvalues": "P-values",
        "convergence": "Convergence and singular fits",
    }
)
LEVELS: Mapping[int, str] = MappingProxyType({1: "first steps", 2: "practice", 3: "transfer"})


@dataclass(frozen=True, slots=True)
class Misconception:
    """A belief that is not so.

    Parameters
    ----------
    tag : its name in the bank.
    topic : one of `TOPICS`.
    belief : what the student believes, as a sentence.
    instead : what is so, as a sentence.
    """

    tag: str
    topic: str
    belief: str
    instead: str


_ALL = (
    Misconception(
        "f-one-tail-directional",
        "tails",
        "F uses one tail, so its hypothesis has a direction.",
        "F is t squared: both tails of t land in the one tail of F, so F asks for any difference.",
    ),
    Misconception(
        "halve-f-p",
        "tails",
        "The p-value of an F test may be halved for a directional claim.",
        "Halving the p of an F test doubles its error rate; with one degree of freedom use t, "
        "with the side chosen before looking.",
    ),
    Misconception(
        "one-sided-always-halves",
        "tails",
        "A one-sided p-value is always half the two-sided one.",
        "Only if the estimate points to the side of the hypothesis; otherwise it is above .5.",
    ),
    Misconception(
        "side-after-looking",
        "tails",
        "It does no harm to choose the side of a test after seeing the data.",
        "Whoever chooses the side from the data tests on both sides at 5% each: 10% false alarms.",
    ),
    Misconception(
        "omnibus-names-pair",
        "tails",
        "A significant F says which groups differ.",
        "It says that the means are not all equal, not which.",
    ),
    Misconception(
        "small-f-opposite",
        "tails",
        "F near 0 supports the opposite of the hypothesis.",
        "F near 0 says that the means differ even less than chance would make them.",
    ),
    Misconception(
        "pre-percent-right",
        "tails",
        "PRE = .3 means that 30% of the predictions are right.",
        "It means that the error of the compact model shrinks by 30%.",
    ),
    Misconception(
        "pre-negative",
        "tails",
        "PRE can be negative for nested least-squares models.",
        "A larger model fitted by least squares never has the larger error, so PRE is at least 0.",
    ),
    Misconception(
        "p-is-h0-probability",
        "tails",
        "The p-value is the probability that the null hypothesis is true.",
        "It is how often data at least this extreme come about if the null hypothesis is true.",
    ),
    Misconception(
        "two-sided-is-default-truth",
        "tails",
        "Different from and better than test the same thing.",
        "They have other alternatives, so other regions, so other p-values.",
    ),
    Misconception(
        "nesting-is-a-choice",
        "nesting",
        "Whether factors are nested is decided by the formula.",
        "It is a fact about the design: who was measured with what.",
    ),
    Misconception(
        "labels-decide",
        "nesting",
        "Each school has a class a, so classes are crossed with schools.",
        "Class a of one school and class a of another are different classes with the same label.",
    ),
    Misconception(
        "two-brackets-crossed",
        "nesting",
        "(1 | a) + (1 | b) always means crossed.",
        "With unique names it is the same model as (1 | a/b): the data say who belongs to whom.",
    ),
    Misconception(
        "slash-symmetric",
        "nesting",
        "a/b is the same as b/a.",
        "a/b is a and a:b; b/a is b and a:b.",
    ),
    Misconception(
        "condition-nested-in-participant",
        "nesting",
        "A condition varied within participants is nested in participants.",
        "Every participant meets every condition, so the two are crossed.",
    ),
    Misconception(
        "averaging-removes-items",
        "nesting",
        "Averaging over the stimuli removes their variance.",
        "It hides it: the same stimuli enter everybody's average, and false alarms grow.",
    ),
    Misconception(
        "x-without-intercept",
        "syntax",
        "(x | g) has no random intercept.",
        "(x | g) is (1 + x | g): the intercept comes along unless 0 + x says otherwise.",
    ),
    Misconception(
        "zero-plus-zero-slope",
        "syntax",
        "0 + x sets the slope to zero.",
        "0 + x leaves out the intercept; the slope stays.",
    ),
    Misconception(
        "double-bar-splits",
        "syntax",
        "|| makes two grouping factors, or takes everything out.",
        "|| leaves out the correlations between the random effects, nothing else.",
    ),
    Misconception(
        "random-replaces-fixed",
        "syntax",
        "A random slope takes the place of the fixed slope.",
        "Random slopes vary around the fixed one; without it they vary around zero.",
    ),
    Misconception(
        "between-predictor-slope",
        "syntax",
        "A random slope for a predictor that differs only between participants is fine.",
        "Nobody has two values of it, so nothing in the data informs such slopes.",
    ),
    Misconception(
        "slope-from-one-observation",
        "syntax",
        "One observation in each cell is enough for a random slope.",
        "As many random effects as observations leave nothing to tell them from the residuals.",
    ),
    Misconception(
        "participants-are-parameters",
        "syntax",
        "Every participant costs a parameter.",
        "A random intercept costs one variance, however many participants there are.",
    ),
    Misconception(
        "equal-shrinkage",
        "pooling",
        "Everybody shrinks equally.",
        "The fewer and the more extreme a participant's data, the further the estimate moves.",
    ),
    Misconception(
        "shrink-to-grand-mean",
        "pooling",
        "Estimates shrink towards the grand mean.",
        "They shrink towards what the fixed effects predict for such a participant.",
    ),
    Misconception(
        "outlier-harms-itself",
        "pooling",
        "An outlying participant harms only its own estimate.",
        "It inflates the random-effects SD, so everybody else is shrunk less.",
    ),
    Misconception(
        "simulated-person-is-person",
        "simulation",
        "Simulated line 7 is participant 7.",
        "By default a simulation draws new participants; line 7 is a stranger.",
    ),
    Misconception(
        "parallel-fit-parallel-data",
        "simulation",
        "Parallel fitted lines give parallel simulated lines.",
        "The residuals are drawn anew for each point, so the simulated lines cross.",
    ),
    Misconception(
        "one-sd-fits-all",
        "simulation",
        "A random intercept takes care of mixtures and unequal variances.",
        "It is one normal distribution with one SD: one hump, one width.",
    ),
    Misconception(
        "fit-means-true",
        "simulation",
        "A model that fits well made the data.",
        "Ask what it would make: the simulations may differ from the data in what matters.",
    ),
    Misconception(
        "rows-always-too-narrow",
        "bootstrap",
        "Resampling rows always gives intervals that are too narrow.",
        "For an effect between participants they are too narrow, for one within they can be "
        "too wide.",
    ),
    Misconception(
        "more-resamples-narrower",
        "bootstrap",
        "More resamples make the interval narrower.",
        "They make its ends steadier; its width comes from the data.",
    ),
    Misconception(
        "percentile-is-population",
        "bootstrap",
        "A 95% interval holds 95% of the participants.",
        "It is about the average effect; participants vary much more.",
    ),
    Misconception(
        "df-is-rows",
        "pvalues",
        "The t for days has n − 2 degrees of freedom.",
        "With random slopes the participants count: 17 for 18 of them, not 178 for 180 rows.",
    ),
    Misconception(
        "singular-is-wrong",
        "convergence",
        "A singular fit or any warning means that the answer is wrong.",
        "A singular fit is an optimum on the boundary; a warning is a reason to check.",
    ),
    Misconception(
        "warning-is-harmless",
        "convergence",
        "Estimates of a model that did not converge may be used.",
        "First scale the predictors, try other optimisers, and see whether they agree.",
    ),
)

MISCONCEPTIONS: Mapping[str, Misconception] = MappingProxyType({m.tag: m for m in _ALL})
