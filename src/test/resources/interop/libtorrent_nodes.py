"""Nodes of a DHT for Bittern's tests, those of libtorrent in one process: PORT ADDRESS..., until SIGTERM. Says "serving" when all know others."""

import sys
import time

import libtorrent as lt

port, *addresses = sys.argv[1:]
# one node for each address on which a session listens
session = lt.session(
    {
        "listen_interfaces": ",".join(f"{address}:{port}" for address in addresses),
        "enable_dht": True,
        "dht_bootstrap_nodes": "",
        # all nodes of a test are on one network
        "dht_restrict_routing_ips": False,
        "dht_restrict_search_ips": False,
        "dht_prefer_verified_node_ids": False,
        "dht_ignore_dark_internet": False,
        "dht_block_ratelimit": 10_000,
        "dht_upload_rate_limit": 1_000_000,
        "enable_lsd": False,
        "enable_upnp": False,
        "enable_natpmp": False,
        "enable_incoming_utp": False,
        "enable_outgoing_utp": False,
        "alert_mask": lt.alert.category_t.error_notification,
    }
)

in_a_row = 0
while in_a_row < len(addresses):
    # what is added before the sockets are open is forgotten
    for address in addresses:
        session.add_dht_node((address, int(port)))
    session.post_dht_stats()
    time.sleep(0.25)
    for alert in session.pop_alerts():
        # each node reports in turn
        if isinstance(alert, lt.dht_stats_alert):
            known = sum(bucket["num_nodes"] for bucket in alert.routing_table)
            in_a_row = in_a_row + 1 if known > len(addresses) / 2 else 0
        else:
            print(alert, file=sys.stderr, flush=True)
print("serving", flush=True)
while True:
    time.sleep(1)
