//! Ids of tools such as providers give them, for tests of whole lists.

/// The ids of 2,289 tools, of the kind that public servers of providers have: 109 servers with 21
/// tools each; long ones, ones that begin alike, ones with other letters than models take.
pub fn provider_tools() -> Vec<String> {
    const SERVERS: [&str; 11] = [
        "asaas",
        "mercado-pago",
        "nuvem-fiscal",
        "z-api",
        "melhor-envio",
        "banco-do-brasil",
        "open_finance",
        "stripe-acp",
        "receita.federal",
        "2captcha",
        "conta-azul__v2",
    ];
    const VERBS: [&str; 7] =
        ["create", "get", "list", "update", "delete", "cancel", "calcular_e_emitir_lote_de"];
    const NOUNS: [&str; 3] = [
        "payment",
        "nota_fiscal_eletronica",
        "transferencia_entre_contas_com_agendamento_recorrente",
    ];
    let mut ids = Vec::new();
    for (number, server) in SERVERS.iter().cycle().take(109).enumerate() {
        for verb in VERBS {
            for noun in NOUNS {
                ids.push(format!("{server}{}/{verb}_{noun}", number / SERVERS.len()));
            }
        }
    }
    ids
}
