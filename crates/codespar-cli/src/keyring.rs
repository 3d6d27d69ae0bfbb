//! The keyring of the system, behind the feature `keyring`: another place for a profile's secrets.
//!
//! Nothing is asked of it unless a profile says that its secrets are there. Each call has a time
//! limit, since a keyring that is locked may wait for somebody who is not there.

use crate::outcome::Failure;

#[cfg(feature = "keyring")]
pub(crate) use self::system::{get, remove, set};
#[cfg(not(feature = "keyring"))]
pub(crate) use self::without::{get, remove, set};

#[cfg(feature = "keyring")]
mod system {
    use std::{sync::mpsc, thread, time::Duration};

    use keyring::{Entry, Error};

    use super::Failure;
    use crate::outcome::Exit;

    const SERVICE: &str = "codespar";

    /// How long one call may take.
    const LIMIT: Duration = Duration::from_secs(5);

    /// The secrets of a profile; `None` where there are none.
    pub(crate) fn get(profile: &str) -> Result<Option<String>, Failure> {
        within(LIMIT, profile, |entry| match entry.get_password() {
            Ok(text) => Ok(Some(text)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        })
    }

    /// Keeps the secrets of a profile, and looks whether they are there: where a system has no
    /// keyring, there is a store that forgets.
    pub(crate) fn set(profile: &str, secrets: &str) -> Result<(), Failure> {
        let (name, secrets) = (profile.to_owned(), secrets.to_owned());
        let is_kept = within(LIMIT, profile, move |entry| {
            entry.set_password(&secrets)?;
            match Entry::new(SERVICE, &name)?.get_password() {
                Ok(kept) => Ok(kept == secrets),
                Err(Error::NoEntry) => Ok(false),
                Err(error) => Err(error),
            }
        })?;
        let forgets = || failed("it does not keep what it is given");
        if is_kept { Ok(()) } else { Err(forgets()) }
    }

    pub(crate) fn remove(profile: &str) -> Result<(), Failure> {
        within(LIMIT, profile, |entry| match entry.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(error),
        })
    }

    fn within<T: Send + 'static>(
        limit: Duration,
        profile: &str,
        ask: impl FnOnce(&Entry) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Failure> {
        let name = profile.to_owned();
        answer_within(limit, move || {
            let asked = Entry::new(SERVICE, &name).and_then(|entry| ask(&entry));
            asked.map_err(|error| error.to_string())
        })
    }

    /// Asks the keyring, and waits no longer than this. A call that hangs is left behind: the
    /// program ends without it.
    fn answer_within<T: Send + 'static>(
        limit: Duration,
        ask: impl FnOnce() -> Result<T, String> + Send + 'static,
    ) -> Result<T, Failure> {
        let (sender, answer) = mpsc::channel();
        // Who waited for the answer may have gone.
        thread::spawn(move || drop(sender.send(ask())));
        match answer.recv_timeout(limit) {
            Ok(answer) => answer.map_err(|why| failed(&why)),
            Err(_) => Err(failed(&format!("no answer within {} s", limit.as_secs_f64()))),
        }
    }

    fn failed(why: &str) -> Failure {
        let failure = Failure::new(Exit::Failed, format!("the keyring of the system: {why}"));
        failure.next("unlock it; or log in again without --keyring, which keeps a file")
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_store_that_forgets_is_refused_and_one_that_hangs_is_left() {
            keyring::set_default_credential_builder(keyring::mock::default_credential_builder());
            let failure = set("default", "{}").unwrap_err();
            assert_eq!(failure.exit, Exit::Failed);
            assert!(failure.message.contains("does not keep"), "{}", failure.message);

            let (release, wait) = mpsc::channel::<()>();
            let begun = answer_within(Duration::from_millis(10), move || {
                let _ = wait.recv();
                Ok(())
            });
            drop(release);
            let failure = begun.unwrap_err();
            assert!(failure.message.contains("no answer within"), "{}", failure.message);
            assert!(failure.next.is_some_and(|next| next.contains("without --keyring")));
        }
    }
}

#[cfg(not(feature = "keyring"))]
mod without {
    use super::Failure;

    fn missing() -> Failure {
        let failure =
            Failure::usage("the profile is in the keyring, which this program was built without");
        failure.next("log in again, which keeps a file")
    }

    pub(crate) fn get(_profile: &str) -> Result<Option<String>, Failure> {
        Err(missing())
    }

    pub(crate) fn set(_profile: &str, _secrets: &str) -> Result<(), Failure> {
        Err(missing())
    }

    /// What cannot be reached is left there; the file forgets it.
    pub(crate) fn remove(_profile: &str) -> Result<(), Failure> {
        Ok(())
    }
}
