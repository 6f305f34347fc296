//! A queue of edits: some for the next answer each, one for every answer.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use crate::sync::lock;

type Once<T> = Box<dyn FnOnce(&mut T) + Send>;
type Each<T> = Arc<dyn Fn(&mut T) + Send + Sync>;

/// Edits to answers of type `T`, applied in the order of the requests.
pub(crate) struct Edits<T> {
    next: Mutex<VecDeque<Once<T>>>,
    every: Mutex<Option<Each<T>>>,
}

impl<T> Default for Edits<T> {
    fn default() -> Self {
        Self {
            next: Mutex::default(),
            every: Mutex::default(),
        }
    }
}

impl<T> Edits<T> {
    pub(crate) fn push_next(&self, edit: impl FnOnce(&mut T) + Send + 'static) {
        lock(&self.next).push_back(Box::new(edit));
    }

    pub(crate) fn set_every(&self, edit: impl Fn(&mut T) + Send + Sync + 'static) {
        *lock(&self.every) = Some(Arc::new(edit));
    }

    pub(crate) fn clear(&self) {
        lock(&self.next).clear();
        *lock(&self.every) = None;
    }

    /// Applies the edit for every answer, then the next one in the queue.
    pub(crate) fn apply(&self, answer: &mut T) {
        let every = lock(&self.every).clone();
        let next = lock(&self.next).pop_front();
        if let Some(edit) = every {
            edit(answer);
        }
        if let Some(edit) = next {
            edit(answer);
        }
    }
}
