use crate::transport::proxy::*;

fn rules(variables: &[(&str, &str)]) -> ProxyRules {
    let variable = |name: &str| {
        variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    };
    ProxyRules::new(&Proxy::Environment, variable).unwrap()
}

/// The port tells the proxies of a table row apart.
fn port(variables: &[(&str, &str)], uri: &str) -> Option<u16> {
    rules(variables).for_uri(&uri.parse().unwrap()).unwrap().map(ProxyTarget::port)
}

#[test]
fn variables_choose_by_scheme() {
    type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, Option<u16>);
    let both = [("HTTP_PROXY", "http://p:1"), ("HTTPS_PROXY", "p:2")];
    let all = [("ALL_PROXY", "p:3"), ("https_proxy", "p:2")];
    let cases: &[Case<'_>] = &[
        (&[], "https://a.example/", None),
        (&both, "http://a.example/", Some(1)),
        (&both, "https://a.example/", Some(2)),
        (&all, "http://a.example/", Some(3)),
        (&all, "https://a.example/", Some(2)),
        (&[("HTTP_PROXY", "p:1"), ("http_proxy", "p:4")], "http://a.example/", Some(4)),
        (&[("HTTP_PROXY", "  ")], "http://a.example/", None),
        (&[("HTTP_PROXY", "p:1"), ("REQUEST_METHOD", "GET")], "http://a.example/", None),
        (&[("http_proxy", "p:1"), ("REQUEST_METHOD", "GET")], "http://a.example/", Some(1)),
        (&[("http_proxy", "p")], "http://a.example/", Some(80)),
        (&[("http_proxy", "HTTP://[::1]:8/x")], "http://localhost/", Some(8)),
    ];
    for (variables, uri, expected) in cases {
        assert_eq!(port(variables, uri), *expected, "{variables:?} {uri}");
    }
}

#[test]
fn exceptions_go_straight() {
    let cases = [
        ("*", "http://a.example/", true),
        ("example", "http://a.example/", true),
        (".example", "http://a.example/", true),
        (".example", "http://example/", true),
        ("*.example", "http://a.b.example/", true),
        ("A.Example", "http://a.eXample./", true),
        ("example", "http://notexample/", false),
        ("other, a.example", "http://a.example/", true),
        ("other a.example", "http://a.example/", true),
        ("a.example:81", "http://a.example/", false),
        ("a.example:80", "http://a.example/", true),
        ("a.example:443", "https://a.example/", true),
        ("127.0.0.1", "http://127.0.0.1:9/", true),
        ("127.0.0.1:8", "http://127.0.0.1:9/", false),
        ("127.0.0.0/8", "http://127.9.9.9/", true),
        ("127.0.0.0/8", "http://128.0.0.1/", false),
        ("0.0.0.0/0", "http://[::1]/", false),
        ("::1", "http://[::1]:7/", true),
        ("[::1]:7", "http://[::1]:7/", true),
        ("fd00::/8", "http://[fd12::3]/", true),
        ("", "http://localhost/", false),
        ("localhost", "http://localhost:1/", true),
    ];
    for (except, uri, direct) in cases {
        let variables = [("all_proxy", "p:3"), ("no_proxy", except)];
        assert_eq!(port(&variables, uri).is_none(), direct, "{except:?} {uri}");
    }
}

#[test]
fn explicit_settings_ask_no_environment() {
    let everything = |_: &str| Some("p:9".to_owned());
    let direct = ProxyRules::new(&Proxy::Direct, everything).unwrap();
    assert!(direct.is_direct());
    let set = ProxyRules::new(&Proxy::Url("http://q:7".to_owned()), |_| Some("*".to_owned()));
    let uri = "https://a.example/".parse().unwrap();
    assert_eq!(set.unwrap().for_uri(&uri).unwrap().unwrap().port(), 7);
}

#[test]
fn credentials_are_decoded_and_hidden() {
    let rules = rules(&[("http_proxy", "http://al%40ice:s%3Acret@p:1")]);
    let target = rules.for_uri(&"http://a/".parse().unwrap()).unwrap().unwrap();
    // base64 of `al@ice:s:cret`.
    let value = target.authorization().unwrap();
    assert_eq!(value, "Basic YWxAaWNlOnM6Y3JldA==");
    assert!(value.is_sensitive());
    assert_eq!(target.uri(), "http://p:1/");
    let shown = format!("{rules:?} {target:?}");
    assert!(!shown.contains("cret") && !shown.contains("ice"), "{shown}");
}

#[test]
fn unusable_proxies_are_refused_without_being_shown() {
    let urls = [
        "socks5://sesame:sesame@p:1",
        "https://sesame@p:1",
        "http://",
        "http://sesame@",
        "http://sesame@p:no",
        "http://sesame@p:0",
        "http://sesame@p:99999",
        "http://%ff:sesame@p:1",
        "http://a%3Ab:sesame@p:1",
        "se same",
    ];
    for url in urls {
        let of_environment = rules(&[("https_proxy", url)]);
        let uri = "https://a.example/".parse().unwrap();
        let used = of_environment.for_uri(&uri).unwrap_err();
        let set = ProxyRules::new(&Proxy::Url(url.to_owned()), |_| None).unwrap_err();
        for error in [used, set] {
            assert_eq!(error.field(), Some("proxy"), "{url}");
            assert!(!format!("{error} {error:?}").contains("same"), "{error}");
        }
        assert!(!format!("{of_environment:?}").contains("same"));
    }
}

#[test]
fn a_proxy_that_cannot_be_used_is_no_fault_until_it_would_be() {
    let socks = "socks5://127.0.0.1:1080";
    type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, Option<u16>);
    let cases: &[Case<'_>] = &[
        (&[("ALL_PROXY", socks), ("HTTPS_PROXY", "http://p:2")], "https://a.example/", Some(2)),
        (&[("ALL_PROXY", socks), ("http_proxy", "p:3")], "http://a.example/", Some(3)),
        (&[("ALL_PROXY", socks), ("NO_PROXY", "*")], "https://a.example/", None),
        (
            &[("all_proxy", "socks://p:1"), ("no_proxy", "localhost,127.0.0.1")],
            "http://127.0.0.1:8787/",
            None,
        ),
        (&[("http_proxy", "socks5h://p:1")], "https://a.example/", None),
        (&[("https_proxy", "https://p:1")], "http://a.example/", None),
        (&[("HTTPS_PROXY", "http://p:no"), ("NO_PROXY", ".example")], "https://a.example", None),
    ];
    for (variables, uri, expected) in cases {
        assert_eq!(port(variables, uri), *expected, "{variables:?} {uri}");
    }
    for variables in [("ALL_PROXY", socks), ("https_proxy", socks), ("HTTPS_PROXY", "p:no")] {
        let rules = rules(&[variables, ("NO_PROXY", "b.example")]);
        let error = rules.for_uri(&"https://a.example/".parse().unwrap()).unwrap_err();
        assert_eq!(error.field(), Some("proxy"), "{variables:?}");
        assert!(rules.for_uri(&"https://b.example/".parse().unwrap()).unwrap().is_none());
    }
}
