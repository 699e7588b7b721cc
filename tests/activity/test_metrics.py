"""The figures that Prometheus reads."""

from prometheus_client.parser import text_string_to_metric_families

from qbconnector.activity.metrics import Metrics


def test_the_text_is_what_prometheus_reads() -> None:
    metrics = Metrics()
    waiting = [3]
    metrics.gauge("queue_waiting", "Requests that wait.", lambda: waiting[0])
    metrics.counter("retries", "Tries.", lambda: 7)
    metrics.answered("0", 200, 0.02, 100, 2000)
    metrics.answered("none", 401, 0.0001, 0, 60)
    metrics.failed_login()
    waiting[0] = 5
    families = {one.name: one for one in text_string_to_metric_families(metrics.text().decode())}
    samples = {(one.name, *one.labels.values()): one.value for family in families.values() for one in family.samples}
    assert samples["qbconnector_requests_total", "0", "200"] == 1
    assert samples["qbconnector_requests_total", "none", "401"] == 1
    assert samples["qbconnector_request_seconds_bucket", "0", "0.025"] == 1
    assert samples["qbconnector_request_seconds_bucket", "0", "0.01"] == 0
    assert samples["qbconnector_sent_bytes_total",] == 2060
    assert samples["qbconnector_failed_logins_total",] == 1
    assert samples["qbconnector_queue_waiting",] == 5
    assert samples["qbconnector_retries_total",] == 7
    assert families["qbconnector_retries"].type == "counter"
