"""Calls session.execute with the Python SDK; prints what one call took."""

import json
import sys
import time

from codespar import CodeSpar

url, calls = sys.argv[1], int(sys.argv[2])
client = CodeSpar(api_key="csk_test_0123456789abcdef", base_url=url)
session = client.create("u", servers=["asaas"])
payment = {
    "value": 150.0,
    "billingType": "PIX",
    "customer": "cus_000005219613",
    "description": "Pedido 056984",
}


def call():
    assert session.execute("asaas/create_payment", payment).success


for _ in range(calls // 10):
    call()
wall, cpu = time.perf_counter(), time.process_time()
for _ in range(calls):
    call()
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
print(json.dumps({"wall": wall / calls, "cpu": cpu / calls}))
