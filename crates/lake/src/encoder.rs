//! A thread that turns columns into Parquet while the next batches are read. It gets batches in order and writes them in order.

use crate::error::Error;
use crate::schema::table_index;
use crate::stage::Stage;
use arrow::array::RecordBatch;
use record::{Table, sentence};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

/// Batches that may wait: enough to keep the thread busy, few enough not to matter for memory.
const WAITING: usize = 4;

type Message = (Table, RecordBatch);

pub(crate) struct Encoder {
    sender: Option<SyncSender<Message>>,
    thread: Option<JoinHandle<Result<Vec<Stage>, Error>>>,
}

impl Encoder {
    pub(crate) fn start(stages: Vec<Stage>) -> Result<Self, Error> {
        let (sender, receiver) = sync_channel(WAITING);
        let thread = Builder::new()
            .name("parquet".to_owned())
            .spawn(move || run(stages, &receiver))
            .map_err(|error| Error::Engine(sentence!("no thread could be started: {}", error)))?;
        Ok(Encoder { sender: Some(sender), thread: Some(thread) })
    }

    /// Hands over rows. An error is that of an earlier write.
    pub(crate) fn write(&mut self, table: Table, batch: RecordBatch) -> Result<(), Error> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        match &self.sender {
            Some(sender) if sender.send((table, batch)).is_ok() => Ok(()),
            _ => Err(self.finish().err().unwrap_or_else(gone)),
        }
    }

    /// Waits until everything is written and gives back the stages, in the order of [`Table::ALL`].
    pub(crate) fn finish(&mut self) -> Result<Vec<Stage>, Error> {
        self.sender = None;
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            _ => Err(gone()),
        }
    }
}

impl Drop for Encoder {
    fn drop(&mut self) {
        drop(self.finish()); // The thread must have let go of its files before they are removed.
    }
}

fn gone() -> Error {
    Error::Engine("an earlier write failed; nothing of this ingest was kept".into())
}

fn run(mut stages: Vec<Stage>, receiver: &Receiver<Message>) -> Result<Vec<Stage>, Error> {
    for (table, batch) in receiver {
        if let Some(stage) = stages.get_mut(table_index(table)) {
            stage.write(&batch)?;
        }
    }
    for stage in &mut stages {
        stage.close()?;
    }
    Ok(stages)
}
