"""The central server: persons and cards of the bureau, its kiosks, and the operations that they begin.

What it decides is free of HTTP, threads and clocks, one file a subject: `cards`, `evidence`, `operations` (with the
table of `transitions`), `relay` (the issuer's `authority`, for an operation), `cases`, `machines`; `applications` (with
`drafts` and the table of `application_stages`), `records`, `my_cards`, `eligibility`, `certificates`, `outlets`,
`texts`. Each function is one step within the `transaction` of one message; `registry` opens it, and takes each message
once. `routes` is the table from the contract's paths to those functions; `web` serves it over TLS, `in_process` without
a network. `database` keeps it. Beside the kiosks' routes there are pages for people: `verification` for whoever was
handed a certificate, `staff` for the bureau. `text_delivery` sends what `texts` queued. `python -m central --help`
tells how to run one. Of the kiosk it imports the wire contract alone.
"""
