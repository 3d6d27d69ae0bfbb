//! The ids, pinned: **another one would pay twice.** These lines do not change.

use codespar_outbox::Name;

/// Origin, project, operation, reference, generation, id. Worked out by another program: SHA-256
/// over the parts, each after its length as eight bytes, `codespar-outbox/1` first.
const VECTORS: &[(&str, &str, &str, &str, u32, &str)] = &[
    (
        "https://api.codespar.dev",
        "prj_0123456789abcdef",
        "charges.create",
        "invoice-42",
        0,
        "cso_8224c1874687349bf33aa9f86ca22a5ad2ddd203e6dca42dfebf360641df",
    ),
    (
        "https://api.codespar.dev",
        "prj_0123456789abcdef",
        "charges.create",
        "invoice-42",
        1,
        "cso_13b1e2d28a2518fcb0977491dfcc62841a08387c51a9fc68321cc5e3c3b0",
    ),
    (
        "https://api.codespar.dev",
        "prj_0123456789abcdef",
        "mandates.spend",
        "invoice-42",
        0,
        "cso_ffc5fb1b23007742c2edeb1ebba85881b8f0acebe8e408caf758f610c421",
    ),
    (
        "http://127.0.0.1:8787",
        "prj_0123456789abcdef",
        "mandates.spend",
        "fatura nº 7/2026",
        7,
        "cso_372c19847cdef3b62e365b6806fb53472d6d05b3f1599b4fe39efab6da54",
    ),
    (
        "https://api.codespar.dev",
        "prj_fedcba9876543210",
        "wallets.transfer",
        "a",
        0,
        "cso_8f6c084d05bfb0e2c7ebdce867c3a5ba81d6a1b6af6c210e215f37fbe1ae",
    ),
    (
        "https://api.codespar.dev",
        "prj_fedcba9876543210",
        "devolutions.create",
        "a reference of as many letters as fit in a line of this file, and no more",
        0,
        "cso_38b10cf7753bf09ae0c8d1102b86be3a00591532caad7021075452580b86",
    ),
];

#[test]
fn ids_are_the_same_for_ever() {
    assert!(VECTORS.len() >= 6);
    for (origin, project, operation, reference, generation, id) in VECTORS {
        let [origin, project, operation, reference] =
            [origin, project, operation, reference].map(|part| (*part).to_owned());
        let name = Name { origin, project, operation, reference };
        assert_eq!(name.id(*generation), *id);
    }
}
