"""The learn pages in the order of the navigation, so that items can link to them.

A new page is a new script in pages/learn, and its line here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class LearnPage:
    """A page as links and the navigation know it.

    Parameters
    ----------
    name : of its script in pages/learn without `.py`, and its address.
    title : on screens.
    icon : name of a Material symbol.
    help : what stands beside the pointer in the navigation; may be empty.
    """

    name: str
    title: str
    icon: str
    help: str = ""


_ALL = (
    LearnPage(
        "playground",
        "Playground",
        "science",
        "Make data, fit a mixed model, and hold its simulations beside the data.",
    ),
    LearnPage("tails", "Tails", "area_chart"),
    LearnPage("pooling", "Pooling", "merge"),
    LearnPage("syntax", "Syntax", "code"),
    LearnPage("nesting", "Nesting", "account_tree"),
    LearnPage("bootstrap", "Bootstrap", "replay"),
    LearnPage("pvalues", "P-values", "balance"),
    LearnPage("convergence", "Convergence", "route"),
    LearnPage("study", "Study", "repeat"),
)
LEARN_PAGES: Mapping[str, LearnPage] = MappingProxyType({page.name: page for page in _ALL})
