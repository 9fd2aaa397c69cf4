//! A sentence encoder in ONNX, run in this process.

use super::{EmbeddingError, EmbeddingFiles, EmbeddingModel, MOST_DIMENSIONS, MOST_TOKENS, Pooling, USUAL_TOKENS, guarded};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::Arc;
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::processors::bert::BertProcessing;
use tokenizers::{AddedToken, Tokenizer, TruncationParams};
use tract_onnx::data_resolver::ModelDataResolver;
use tract_onnx::pb::{self, ModelProto, type_proto};
use tract_onnx::prelude::{
    DatumType, Framework, InferenceFact, InferenceModelExt, IntoRunnable, IntoTValue, SymbolScope, TValue, Tensor, TractResult,
    TypedRunnableModel,
};
use tract_onnx::tract_hir::internal::{ToDim, anyhow, tvec};

/// 64-bit integers and 32-bit reals, as ONNX numbers them.
const INT64: i32 = 7;
const FLOAT: i32 = 1;

/// What a model may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Input {
    Ids,
    Mask,
    Types,
}

/// A tokenizer and a graph that fit.
pub(super) struct Running {
    tokenizer: Tokenizer,
    plan: Arc<TypedRunnableModel>,
    inputs: Vec<Input>,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("inputs", &self.inputs).finish_non_exhaustive()
    }
}

impl Running {
    pub(super) fn open(files: &EmbeddingFiles<'_>) -> Result<(Self, EmbeddingModel), EmbeddingError> {
        let settings = Settings::read(files)?;
        let (mut tokenizer, digest) = settings.tokenizer(files)?;
        let tokens = settings.tokens.or_else(|| of_tokenizer(&tokenizer)).or(settings.least_sure).unwrap_or(USUAL_TOKENS).min(MOST_TOKENS);
        let named = if files.tokenizer.is_some() { "tokenizer.json" } else { "vocab.txt" };
        let cut = guarded(|| {
            tokenizer.with_padding(None);
            tokenizer
                .with_truncation(Some(TruncationParams { max_length: tokens as usize, ..TruncationParams::default() }))
                .ok()
                .map(|_| ())
        });
        cut.ok_or(EmbeddingError::Tokenizer(named))?;
        let proto = guarded(|| tract_onnx::onnx().proto_model_for_read(&mut &*files.model).ok()).ok_or(EmbeddingError::NotOnnx)?;
        let graph = proto.graph.as_ref().filter(|graph| !graph.node.is_empty()).ok_or(EmbeddingError::NotOnnx)?;
        let inputs = inputs(graph)?;
        let (output, pooling) = output(graph)?;
        let plan = guarded(|| plan(&proto, &inputs, &output).ok()).ok_or(EmbeddingError::Unknown)?;
        let running = Running { tokenizer, plan, inputs };
        let failed = EmbeddingError::Trial { tokens, most: MOST_DIMENSIONS };
        let last = running.tokenizer.get_vocab(true).into_values().max().ok_or(EmbeddingError::Tokenizer(named))?;
        let found = running.run(&vec![last; tokens as usize], pooling).map_err(|_| failed)?;
        let dimensions = u32::try_from(found.len()).ok().filter(|n| (1..=MOST_DIMENSIONS).contains(n)).ok_or(failed)?;
        let model = Sha256::digest(files.model).into();
        Ok((running, EmbeddingModel { model, tokenizer: digest, dimensions, pooling, tokens }))
    }

    pub(super) fn tokens(&self, text: &str) -> Result<Vec<u32>, EmbeddingError> {
        guarded(|| self.tokenizer.encode(text, true).ok().map(|found| found.get_ids().to_vec())).ok_or(EmbeddingError::Failed(0))
    }

    pub(super) fn vector(&self, text: &str, pooling: Pooling) -> Result<Vec<f32>, EmbeddingError> {
        let ids = self.tokens(text)?;
        self.run(&ids, pooling)
    }

    /// The vector of these tokens, scaled to length 1.
    fn run(&self, ids: &[u32], pooling: Pooling) -> Result<Vec<f32>, EmbeddingError> {
        guarded(|| {
            let input = |input: &Input| -> Option<TValue> {
                let values: Vec<i64> = match input {
                    Input::Ids => ids.iter().map(|id| i64::from(*id)).collect(),
                    Input::Mask => vec![1; ids.len()],
                    Input::Types => vec![0; ids.len()],
                };
                Some(Tensor::from_shape(&[1, ids.len()], &values).ok()?.into_tvalue())
            };
            let found = self.plan.run(self.inputs.iter().map(input).collect::<Option<_>>()?).ok()?;
            let found = found.first()?.cast_to::<f32>().ok()?;
            pooled(&found, ids.len(), pooling)
        })
        .ok_or(EmbeddingError::Failed(ids.len()))
    }
}

/// Mean over the tokens, or what the model pooled itself, scaled to length 1; nothing where it is no finite vector.
fn pooled(found: &Tensor, tokens: usize, pooling: Pooling) -> Option<Vec<f32>> {
    let shape = match (pooling, found.shape()) {
        (Pooling::Mean, [1, n, size]) if *n == tokens => [tokens, *size],
        (Pooling::Own, [1, size]) => [1, *size],
        _ => return None,
    };
    let values = found.to_plain_array_view::<f32>().ok()?;
    let mut sums = vec![0.0_f64; shape[1]];
    for (at, value) in values.iter().enumerate() {
        sums[at % shape[1]] += f64::from(*value);
    }
    let length = sums.iter().map(|sum| sum * sum).sum::<f64>().sqrt();
    // A vector of zeros has no direction and stays as it is.
    let scale = if length > 0.0 { 1.0 / length } else { 1.0 };
    let vector: Vec<f32> = sums.iter().map(|sum| (sum * scale) as f32).collect();
    (!vector.is_empty() && vector.iter().all(|value| value.is_finite())).then_some(vector)
}

fn type_of(value: &pb::ValueInfoProto) -> Option<&type_proto::Tensor> {
    let type_proto::Value::TensorType(tensor) = value.r#type.as_ref()?.value.as_ref()?;
    Some(tensor)
}

/// What the graph asks for, in its order. Old exports list their weights among the inputs.
fn inputs(graph: &pb::GraphProto) -> Result<Vec<Input>, EmbeddingError> {
    let mut found = Vec::new();
    for own in graph.input.iter().filter(|own| !graph.initializer.iter().any(|weight| weight.name == own.name)) {
        let input = match own.name.as_str() {
            "input_ids" => Input::Ids,
            "attention_mask" => Input::Mask,
            "token_type_ids" => Input::Types,
            _ => return Err(EmbeddingError::Inputs),
        };
        if found.contains(&input) || type_of(own).is_none_or(|tensor| tensor.elem_type != INT64) {
            return Err(EmbeddingError::Inputs);
        }
        found.push(input);
    }
    if found.contains(&Input::Ids) { Ok(found) } else { Err(EmbeddingError::Inputs) }
}

/// The output to take: what the model pools itself, else its vectors of tokens, else the only output of real numbers with three axes.
fn output(graph: &pb::GraphProto) -> Result<(String, Pooling), EmbeddingError> {
    let axes = |own: &pb::ValueInfoProto| {
        type_of(own).filter(|tensor| tensor.elem_type == FLOAT).and_then(|tensor| Some(tensor.shape.as_ref()?.dim.len()))
    };
    let named = |name: &str| graph.output.iter().find(|own| own.name == name).map(|own| own.name.clone());
    if let Some(name) = named("sentence_embedding") {
        return Ok((name, Pooling::Own));
    }
    if let Some(name) = named("last_hidden_state").or_else(|| named("token_embeddings")) {
        return Ok((name, Pooling::Mean));
    }
    let mut threes = graph.output.iter().filter(|own| axes(own) == Some(3));
    match (threes.next(), threes.next()) {
        (Some(own), None) => Ok((own.name.clone(), Pooling::Mean)),
        _ => Err(EmbeddingError::Outputs),
    }
}

/// Weights in another file are refused: bytes were given, and a model must not have files opened that it names.
struct Nothing;

impl ModelDataResolver for Nothing {
    fn read_bytes_from_path(&self, _: &mut Vec<u8>, _: &Path, _: usize, _: Option<usize>) -> TractResult<()> {
        Err(anyhow!("weights in another file"))
    }
}

/// The graph made ready for one text of any length.
fn plan(proto: &ModelProto, inputs: &[Input], output: &str) -> TractResult<Arc<TypedRunnableModel>> {
    let mut reader = tract_onnx::onnx();
    reader.provider = Arc::new(Nothing);
    let mut model = reader.model_for_proto_model(proto)?;
    let symbols: SymbolScope = model.symbols.clone();
    let length = symbols.sym("tokens").to_dim();
    model.select_outputs_by_name([output])?;
    for at in 0..inputs.len() {
        model.set_input_fact(at, InferenceFact::dt_shape(DatumType::I64, tvec![1.to_dim(), length.clone()]))?;
    }
    for own in model.outputs.clone() {
        // What a file says of its own output is not believed; it is found out.
        model.set_outlet_fact(own, InferenceFact::default())?;
    }
    model.into_optimized()?.into_runnable()
}

/// What the files of settings say.
struct Settings {
    /// `max_seq_length` of the sentence encoder.
    tokens: Option<u32>,
    /// `model_max_length` of the tokenizer, which is often beyond what the encoder was trained with.
    least_sure: Option<u32>,
    is_lower: Option<bool>,
}

impl Settings {
    fn read(files: &EmbeddingFiles<'_>) -> Result<Self, EmbeddingError> {
        let json = |name: &'static str, bytes: Option<&[u8]>| -> Result<Value, EmbeddingError> {
            bytes.map_or(Ok(Value::Null), |bytes| serde_json::from_slice(bytes).map_err(|_| EmbeddingError::Settings(name)))
        };
        let sentence = json("sentence_bert_config.json", files.sentence)?;
        let settings = json("tokenizer_config.json", files.settings)?;
        let tokens = match &sentence["max_seq_length"] {
            Value::Null => None,
            // Two tokens are the marks at the ends.
            given => match given.as_u64().filter(|n| *n > 2).and_then(|n| u32::try_from(n).ok()) {
                None => return Err(EmbeddingError::Settings("sentence_bert_config.json")),
                known => known,
            },
        };
        // Tokenizers without a bound say 10³⁰.
        let least_sure = settings["model_max_length"].as_u64().and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 2);
        Ok(Settings { tokens, least_sure, is_lower: settings["do_lower_case"].as_bool() })
    }

    /// The tokenizer, and a digest of its file with how it was set.
    fn tokenizer(&self, files: &EmbeddingFiles<'_>) -> Result<(Tokenizer, [u8; 32]), EmbeddingError> {
        if let Some(bytes) = files.tokenizer {
            let tokenizer = guarded(|| Tokenizer::from_bytes(bytes).ok()).ok_or(EmbeddingError::Tokenizer("tokenizer.json"))?;
            return Ok((tokenizer, Sha256::digest(bytes).into()));
        }
        let bytes = files.vocabulary.ok_or(EmbeddingError::NoTokenizer)?;
        let is_lower = self.is_lower.unwrap_or_else(|| !has_capitals(bytes));
        let tokenizer = guarded(|| word_pieces(bytes, is_lower)).ok_or(EmbeddingError::Tokenizer("vocab.txt"))?;
        Ok((tokenizer, Sha256::new().chain_update(bytes).chain_update([u8::from(is_lower)]).finalize().into()))
    }
}

/// The longest input that a `tokenizer.json` cuts to.
fn of_tokenizer(tokenizer: &Tokenizer) -> Option<u32> {
    tokenizer.get_truncation().and_then(|own| u32::try_from(own.max_length).ok()).filter(|n| *n > 2)
}

/// Whether a vocabulary tells capitals apart: it then has pieces with them, beside its marks in brackets.
fn has_capitals(vocabulary: &[u8]) -> bool {
    vocabulary.split(|byte| *byte == b'\n').any(|piece| !piece.starts_with(b"[") && piece.iter().any(u8::is_ascii_uppercase))
}

/// The tokenizer of BERT on a vocabulary.
fn word_pieces(vocabulary: &[u8], is_lower: bool) -> Option<Tokenizer> {
    let pieces = WordPiece::builder().vocab(WordPiece::read_bytes(vocabulary).ok()?).build().ok()?;
    let mut tokenizer = Tokenizer::new(pieces);
    let mark = |name: &str| tokenizer.token_to_id(name).map(|id| (name.to_owned(), id));
    let (unknown, start, end) = (mark("[UNK]")?, mark("[CLS]")?, mark("[SEP]")?);
    let marks = [unknown.0, start.0.clone(), end.0.clone(), "[PAD]".to_owned(), "[MASK]".to_owned()];
    let known: Vec<AddedToken> =
        marks.into_iter().filter(|mark| tokenizer.token_to_id(mark).is_some()).map(|mark| AddedToken::from(mark, true)).collect();
    tokenizer.with_normalizer(Some(BertNormalizer::new(true, true, None, is_lower))).ok()?;
    tokenizer.with_pre_tokenizer(Some(BertPreTokenizer));
    tokenizer.with_post_processor(Some(BertProcessing::new(end, start)));
    tokenizer.add_special_tokens(known).ok()?;
    Some(tokenizer)
}
