"""A small collector for tests: stores the records that arrive, checks each batch, and acknowledges it."""

from __future__ import annotations

import queue

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from player.contract.record_batches import Batch, check_batch, encode_ack, make_ack, parse_batch
from player.contract.records import NO_CHAIN
from tests.kit.records import TestKey


class Collector:
    """lines: record number -> its line. faults: whatever was wrong. batches: as they arrived, also again. deaf: no answers."""

    def __init__(self, port: int, panel: str) -> None:
        self.lines: dict[int, bytes] = {}
        self.chains: dict[int, str] = {0: NO_CHAIN}
        self.faults: list[str] = []
        self.batches: list[Batch] = []
        self.deaf = False
        self._panel, self._port = panel, port
        self._key = TestKey(7)
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        self._client.on_message = lambda _client, _userdata, message: self._take(bytes(message.payload))

    def __enter__(self) -> Collector:
        self._client.connect("127.0.0.1", self._port)
        ready: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._client.on_subscribe = lambda *_: ready.put(None)
        self._client.loop_start()
        self._client.subscribe(f"panels/{self._panel}/played", qos=1)
        ready.get(timeout=30)
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _take(self, packed: bytes) -> None:
        batch = parse_batch(packed)
        self.faults += [str(fault) for fault in check_batch(batch, batch.key, self._panel)]
        if self.chains.get(batch.first - 1) != batch.before:
            self.faults.append(f"batch {batch.first} to {batch.last} does not follow what was there")
        for n, line in enumerate(batch.lines, batch.first):
            if self.lines.setdefault(n, line) != line:
                self.faults.append(f"record {n} came twice, and not the same")
        self.chains[batch.last] = batch.head.chain
        self.batches.append(batch)
        if not self.deaf:
            ack = make_ack(self._panel, batch.last, batch.head.chain, self._key.sign, self._key.public)
            self._client.publish(f"panels/{self._panel}/played/ack", encode_ack(ack), qos=1)
