"""What can be counted, for monitoring: the text that Prometheus reads.

It owns the figures' names. Who counts something tells it, or keeps a plain number that it reads when asked;
no figure names a user, a company file or a body.
"""

from collections.abc import Callable, Iterable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)  # seconds


class Metrics(Collector):
    """The figures of one connector."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._read: list[tuple[type[CounterMetricFamily | GaugeMetricFamily], str, str, Callable[[], float]]] = []
        self._series: dict[tuple[str, int], tuple[Counter, Histogram]] = {}
        labels = ("interaction", "status")
        self._requests = Counter("qbconnector_requests", "Requests answered.", labels, registry=self._registry)
        self._seconds = Histogram(
            "qbconnector_request_seconds",
            "Time from a request's head to the end of its answer.",
            ("interaction",),
            registry=self._registry,
            buckets=BUCKETS,
        )
        self._received = Counter("qbconnector_received_bytes", "Bytes of requests' bodies.", registry=self._registry)
        self._sent = Counter("qbconnector_sent_bytes", "Bytes of answers' bodies.", registry=self._registry)
        self._failed_logins = Counter(
            "qbconnector_failed_logins", "Requests with credentials that are nobody's.", registry=self._registry
        )
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    def answered(self, interaction: str, status: int, seconds: float, received: int, sent: int) -> None:
        """One request is done; ``status`` 0 means that its client was gone before the answer."""
        requests, took = self._series.get((interaction, status)) or self._find(interaction, status)
        requests.inc()
        took.observe(seconds)
        self._received.inc(received)
        self._sent.inc(sent)

    def _find(self, interaction: str, status: int) -> tuple[Counter, Histogram]:
        """The series of these labels; looking them up takes longer than counting."""
        found = self._requests.labels(interaction, str(status)), self._seconds.labels(interaction)
        return self._series.setdefault((interaction, status), found)

    def failed_login(self) -> None:
        """Somebody sent credentials that are nobody's."""
        self._failed_logins.inc()

    def counter(self, name: str, about: str, read: Callable[[], float]) -> None:
        """A figure that only grows and is kept elsewhere; ``read`` gives it."""
        self._read.append((CounterMetricFamily, f"qbconnector_{name}", about, read))

    def gauge(self, name: str, about: str, read: Callable[[], float]) -> None:
        """A figure of the moment that is kept elsewhere; ``read`` gives it."""
        self._read.append((GaugeMetricFamily, f"qbconnector_{name}", about, read))

    def collect(self) -> Iterable[Metric]:
        """What Prometheus asks for: the figures that are kept elsewhere."""
        return [family(name, about, value=read()) for family, name, about, read in self._read]

    def text(self) -> bytes:
        """Every figure, in the text format that CONTENT_TYPE names."""
        return generate_latest(self._registry)
