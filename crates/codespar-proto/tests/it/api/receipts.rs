//! Keys by which receipts are checked (`/.well-known/codespar-receipt-keys.json`).
