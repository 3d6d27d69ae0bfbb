//! Files: in one piece, in three steps, and where they are fetched.

use codespar_blocking::Content;
use codespar_sandbox::Fault;
use serde_json::json;
use testing_support::driver::{Driver, TestResult};
use upivia_proto::storage::{Presigned, StoredQuery, Upload};

use crate::support::codespar::{arrived, refused, wrong};
use crate::support::upivia::{came, quick, upivia_of};

testing_support::with_both_drivers! {
    a_file_goes_up_is_seen_deleted_and_restored
    a_large_file_goes_up_in_three_steps
    each_step_is_checked
    files_are_gone_through_page_by_page
    files_come_and_go_without_being_in_memory
}

const OBJECTS: &str = "/storage/objects";

/// The SHA-256 of `hello`.
const DIGEST: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

fn file() -> Upload {
    Upload::new("olá \"1\".txt", "hello").content_type("text/plain")
}

fn a_file_goes_up_is_seen_deleted_and_restored<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let objects = client.storage().objects();
    let made = D::finish(objects.upload(&file()))?.object;
    assert_eq!(made.content_type.as_deref(), Some("text/plain"));
    assert_eq!((made.size_bytes, made.sha256.as_deref()), (Some(5), Some(DIGEST)));
    assert_eq!(made.status.as_deref(), Some("live"));
    let sent = came(&sandbox, "POST", OBJECTS)[0].clone();
    assert!(sent.header("content-type").unwrap().starts_with("multipart/form-data; boundary="));
    assert_eq!(D::finish(objects.get(&made.id))?.object, made);

    let offer = D::finish(objects.download(&made.id, Some(60)))?;
    assert_eq!(offer.expires_in_seconds, Some(60));
    assert!(offer.expires_at.is_some());
    assert!(offer.url.expose().starts_with(&sandbox.upivia_url()));
    assert!(!format!("{offer:?}").contains("signature"));
    let followed = sandbox.requests().iter().any(|it| it.path.contains("/bucket/"));
    assert!(!followed, "the redirect is given, not followed");
    let asked = came(&sandbox, "GET", &format!("{OBJECTS}/{}/download", made.id));
    assert_eq!(asked[0].query.as_deref(), Some("expires_in=60"));

    D::finish(objects.delete(&made.id))?;
    assert_eq!(refused(&D::finish(objects.get(&made.id)).unwrap_err()), (404, "not_found"));
    let error = D::finish(objects.download(&made.id, None)).unwrap_err();
    assert_eq!(refused(&error), (404, "not_found"));
    assert_eq!(D::finish(objects.restore(&made.id))?.object, made);
    Ok(())
}

fn a_large_file_goes_up_in_three_steps<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let objects = client.storage().objects();
    let content = vec![7_u8; 300_000];
    let made = D::finish(objects.upload_large(&Upload::new("large.bin", content.clone())))?.object;
    assert_eq!((made.status.as_deref(), made.size_bytes), (Some("live"), Some(300_000)));
    let whole = D::finish(objects.upload(&Upload::new("large.bin", content.clone())))?.object;
    assert_eq!(made.sha256, whole.sha256);
    let puts: Vec<_> = sandbox.requests().into_iter().filter(|it| it.method == "PUT").collect();
    assert_eq!(puts.len(), 1);
    assert!(puts[0].header("authorization").is_none() && puts[0].header("cookie").is_none());
    assert_eq!(puts[0].header("content-type"), Some("application/octet-stream"));
    assert_eq!(*puts[0].body, *content);
    let confirmed = came(&sandbox, "POST", &format!("{OBJECTS}/{}/confirm", made.id));
    assert_eq!(confirmed[0].json(), Some(json!({"sha256": made.sha256})));

    sandbox.inject(Fault::on("PUT", "/upivia/bucket/").answer(403, json!({})));
    let error = D::finish(objects.upload_large(&file())).unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(403));
    let place = error.last::<Presigned>().unwrap();
    assert_eq!(place.object.status.as_deref(), Some("pending"));
    assert!(!format!("{error} {error:?}").contains(place.upload_url.expose()));
    D::finish(objects.put(place.upload_url.expose(), "text/plain", "hello"))?;
    let object = D::finish(objects.confirm(&place.object.id, Some(DIGEST)))?.object;
    assert_eq!(object.status.as_deref(), Some("live"));
    Ok(())
}

fn files_come_and_go_without_being_in_memory<D: Driver>() -> TestResult {
    let sandbox = quick();
    let objects = upivia_of::<D>(&sandbox).storage().objects();
    let content = vec![9_u8; 300_000];
    let (whole, length) = (content.clone(), 300_000);
    let opened = move || Ok(std::io::Cursor::new(whole.clone()));
    let file = Upload::new("large.bin", Content::from_opener(opened).length(length));
    let [small, large] =
        [D::finish(objects.upload(&file))?.object, D::finish(objects.upload_large(&file))?.object];
    assert!(small.sha256.is_some() && small.sha256 == large.sha256);
    for object in [small, large] {
        let read = D::finish(objects.read(&object.id))?;
        assert!(read.bytes == content && read.sha256 == object.sha256);
        let (pieces, error) = D::collect(objects.read_pieces(&object.id));
        assert!(error.is_none(), "{error:?}");
        assert_eq!(pieces.iter().map(|piece| piece.bytes.len()).sum::<usize>(), 300_000);
        assert_eq!(pieces.last().and_then(|last| last.sha256.clone()), object.sha256);
    }
    let bucket = sandbox.requests().into_iter().filter(|it| it.path.contains("/bucket/"));
    let bucket: Vec<_> = bucket.filter(|it| it.method == "GET").collect();
    assert_eq!(bucket.len(), 4);
    assert!(bucket.iter().all(|it| it.header("cookie").is_none()));
    assert_eq!(refused(&D::finish(objects.read("obj_none")).unwrap_err()), (404, "not_found"));
    Ok(())
}

fn each_step_is_checked<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let objects = client.storage().objects();
    let place = D::finish(objects.presign("a.txt", "text/plain", 5))?;
    let (id, url) = (place.object.id.as_str(), place.upload_url.expose());
    assert!(place.expires_at.is_some() && !format!("{place:?}").contains(url));
    let error = D::finish(objects.confirm(id, None)).unwrap_err();
    assert_eq!(refused(&error), (409, "upload_missing"));
    let error = D::finish(objects.put(url, "text/plain", "other length")).unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(400));
    D::finish(objects.put(url, "text/plain", "hello"))?;
    let error = D::finish(objects.confirm(id, Some(&"0".repeat(64)))).unwrap_err();
    assert_eq!(refused(&error), (422, "checksum_mismatch"));
    assert_eq!(D::finish(objects.confirm(id, None))?.object.sha256.as_deref(), Some(DIGEST));
    let path = url.strip_prefix(&sandbox.base_url()).unwrap().split('?').next().unwrap();
    assert_eq!(arrived(&sandbox, "PUT", path).len(), 2);

    let sent = sandbox.requests().len();
    let too_large = Upload::new("x.bin", vec![0_u8; 100_000_001]);
    let error = D::finish(objects.upload(&too_large)).unwrap_err();
    assert_eq!(wrong(&error), "content");
    assert!(error.message().contains("upload_large"), "{error}");
    assert_eq!(wrong(&D::finish(objects.upload(&Upload::new("", "x"))).unwrap_err()), "filename");
    assert_eq!(wrong(&D::finish(objects.confirm(id, Some("abc"))).unwrap_err()), "sha256");
    assert_eq!(wrong(&D::finish(objects.presign("a", "", 1)).unwrap_err()), "content_type");
    assert_eq!(sandbox.requests().len(), sent);
    Ok(())
}

fn files_are_gone_through_page_by_page<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let objects = client.storage().objects();
    for _ in 0..3 {
        D::finish(objects.upload(&file()))?;
    }
    D::finish(objects.presign("not-there.txt", "text/plain", 5))?;
    let page = D::finish(objects.list_page(&StoredQuery::default().limit(2)))?;
    assert_eq!((page.objects.len(), page.next_cursor.is_some()), (2, true));
    let (files, failed) = D::collect(objects.list(&StoredQuery::default().limit(1)));
    assert!(failed.is_none() && files.len() == 3, "{failed:?} {files:?}");
    assert_eq!(files[..2], page.objects);
    assert!(files.iter().all(|file| file.status.as_deref() == Some("live")));
    Ok(())
}
