//! Where the nightly run takes place: files, a sandbox that loses answers, and what has to come of
//! it.

use std::{env, error::Error, fs, io, path::PathBuf, time::Duration};

use codespar_proto::Config;
use codespar_sandbox::{EffectKind, Fault, Sandbox};

/// The invoices of the sandbox's run: ten that are fine, and two that are not.
const GOOD: usize = 10;
const BAD: [&str; 2] =
    ["11,Maria Silva,11144477735,0.005,2030-01-31", "12,Maria Silva,11144477735,10.00,31/01/2030"];

/// What is to be done, and where.
pub(crate) struct Job {
    pub(crate) config: Config,
    /// The consumer that receives the money.
    pub(crate) consumer: String,
    pub(crate) invoices: PathBuf,
    pub(crate) report: PathBuf,
    sandbox: Option<Sandbox>,
}

impl Job {
    /// By the arguments of the program on the API that the environment names, or else in a folder
    /// of its own on a sandbox.
    pub(crate) fn of_arguments() -> Result<Self, Box<dyn Error>> {
        if env::var_os("CODESPAR_API_KEY").is_some() {
            let [invoices, report] = Vec::from_iter(env::args_os().skip(1))
                .try_into()
                .map_err(|_| "expected the paths of the invoices and of the report")?;
            return Ok(Self {
                config: Config::from_vars(|name| env::var(name).ok())?,
                consumer: env::var("CODESPAR_CONSUMER")?,
                invoices: invoices.into(),
                report: report.into(),
                sandbox: None,
            });
        }
        let sandbox = Sandbox::builder().settle_after(Duration::from_millis(50)).start()?;
        for _ in 0..3 {
            // It is done, and nobody hears of it.
            sandbox.inject(Fault::on("POST", "/v1/charges").lose_answer());
        }
        let folder = env::temp_dir().join(format!("nightly-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let good = (1..=GOOD).map(|n| format!("{n},Maria Silva,11144477735,{n}0.00,2030-01-31"));
        let rows = good.chain(BAD.map(str::to_owned)).map(|row| row + "\n");
        let invoices = folder.join("invoices.csv");
        fs::write(
            &invoices,
            format!("number,name,document,amount,due\n{}", String::from_iter(rows)),
        )?;
        Ok(Self {
            config: Config::new(sandbox.api_key()).base_url(sandbox.base_url()),
            consumer: "con_1".to_owned(),
            invoices,
            report: folder.join("report.csv"),
            sandbox: Some(sandbox),
        })
    }

    /// Runs it. On the sandbox it is run once more, as after a crash, and nobody may have been
    /// charged twice, everybody who can be has to have paid, and the report to say so.
    pub(crate) fn check(&self, run: impl Fn() -> io::Result<()>) -> Result<(), Box<dyn Error>> {
        run()?;
        if let Some(sandbox) = &self.sandbox {
            let first = fs::read_to_string(&self.report)?;
            // Boletos are registered and paid by and by.
            sandbox.advance(Duration::from_secs(60));
            run()?;
            let report = fs::read_to_string(&self.report)?;
            let count = |text: &str, state: &str| text.matches(&format!(",{state},")).count();
            assert_eq!(count(&first, "not charged"), BAD.len(), "{first}");
            assert_eq!(count(&report, "paid"), GOOD, "{report}");
            assert_eq!(count(&report, "not charged"), BAD.len(), "{report}");
            assert_eq!(sandbox.effects().count(EffectKind::Charge), GOOD);
            if let Some(folder) = self.report.parent() {
                fs::remove_dir_all(folder)?;
            }
            print!("{report}");
        }
        Ok(())
    }
}
