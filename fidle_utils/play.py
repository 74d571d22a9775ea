"""A figure that follows sliders, and stays a figure where there is no one to move them: batch, HTML, print."""

import base64
import html
import io
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["Slider", "Text", "controls", "image", "someone_there"]


@dataclass(frozen=True)
class Slider:
    """A whole number to choose, from `first` to `last`."""

    first: int
    last: int
    start: int  # value at the beginning, and that of the static figure
    label: str  # what stands beside the slider, with its unit
    step: int = 1

    def widget(self):
        import ipywidgets

        return ipywidgets.IntSlider(
            self.start, self.first, self.last, self.step, description=self.label, continuous_update=False, **_WIDE
        )


@dataclass(frozen=True)
class Text:
    """A text to type; the picture follows when Enter is pressed, or the field is left."""

    start: str
    label: str

    def widget(self):
        import ipywidgets

        return ipywidgets.Text(self.start, description=self.label, continuous_update=False, **_WIDE)


_WIDE = {"style": {"description_width": "10em"}, "layout": {"width": "min(46em, 95%)"}}


def someone_there() -> bool:
    """Whether this is a notebook's kernel with somebody in front of it, as far as can be known.

    The course's batch says of itself that nobody is (`FIDLE_BATCH`).
    """
    if os.environ.get("FIDLE_BATCH"):
        return False
    from IPython import get_ipython

    return getattr(get_ipython(), "kernel", None) is not None


def image(figure, alt: str) -> tuple[bytes, str]:
    """A figure as PNG, and as an `<img>` with its alternative text; the figure is closed.

    An <img> and not a bare PNG output: Jupyter and nbconvert drop the alternative text of the latter.
    """
    import matplotlib.pyplot as plt

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    plt.close(figure)
    code = base64.b64encode(buffer.getvalue()).decode()
    tag = f'<img alt="{html.escape(alt)}" style="max-width:100%" src="data:image/png;base64,{code}">'
    return buffer.getvalue(), tag


def controls(draw: Callable[..., str], given: Mapping[str, Slider | Text], show: Callable[[str], None]):
    """Widgets that have a picture drawn anew.

    The picture lies outside of them: a saved notebook that is opened again without its kernel has no widgets, and
    shows it all the same.

    Args:
        draw: called with the values of the controls, gives HTML.
        given: name of an argument of `draw` -> its control.
        show: called with the HTML to show; that is the message if `draw` raised an error.
    """
    import ipywidgets

    fields = {name: control.widget() for name, control in given.items()}

    def follow(_):
        try:
            show(draw(**{name: field.value for name, field in fields.items()}))
        except Exception as error:  # what is typed may be anything; the cell lives on
            show(f'<p role="alert"><b>{type(error).__name__}:</b> {html.escape(str(error))}</p>')

    for field in fields.values():
        field.observe(follow, "value")
    return ipywidgets.VBox(list(fields.values()))
