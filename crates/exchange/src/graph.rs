use crate::Error;
use record::Value;
use std::io::Write;

/// The format of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphFormat {
    /// GraphML, which networkx, igraph, yEd and Gephi read.
    GraphMl,
    /// GEXF 1.3, the format of Gephi.
    Gexf,
}

/// What is known of every node, or of every edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: &'static str,
    /// What its values are.
    pub kind: AttributeKind,
}

/// What the values of an attribute are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeKind {
    /// Whole numbers.
    Count,
    /// Numbers.
    Number,
    /// Texts.
    Text,
}

/// Writes an undirected graph: all nodes, then all edges. Nulls are left out.
///
/// Ids are written as they are given: whether they name accounts or hide them is decided by who calls.
pub struct GraphWriter<W: Write> {
    out: W,
    format: GraphFormat,
    nodes: Vec<Attribute>,
    edges: Vec<Attribute>,
    in_edges: bool,
    count: u64,
}

impl<W: Write> GraphWriter<W> {
    /// Writes the head.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn new(out: W, format: GraphFormat, nodes: &[Attribute], edges: &[Attribute]) -> Result<Self, Error> {
        let mut writer = GraphWriter { out, format, nodes: nodes.to_vec(), edges: edges.to_vec(), in_edges: false, count: 0 };
        writer.head()?;
        Ok(writer)
    }

    fn head(&mut self) -> Result<(), Error> {
        writeln!(self.out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        let (nodes, edges) = (self.nodes.clone(), self.edges.clone());
        match self.format {
            GraphFormat::GraphMl => {
                writeln!(self.out, "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">")?;
                for (of, letter, attributes) in [("node", 'n', &nodes), ("edge", 'e', &edges)] {
                    for (at, Attribute { name, kind }) in attributes.iter().enumerate() {
                        let kind = kind.word();
                        writeln!(self.out, "<key id=\"{letter}{at}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>")?;
                    }
                }
                writeln!(self.out, "<graph edgedefault=\"undirected\">")?;
            }
            GraphFormat::Gexf => {
                writeln!(self.out, "<gexf xmlns=\"http://gexf.net/1.3\" version=\"1.3\">\n<graph defaultedgetype=\"undirected\">")?;
                for (of, attributes) in [("node", &nodes), ("edge", &edges)] {
                    writeln!(self.out, "<attributes class=\"{of}\">")?;
                    for (at, Attribute { name, kind }) in attributes.iter().enumerate() {
                        writeln!(self.out, "<attribute id=\"{at}\" title=\"{name}\" type=\"{}\"/>", kind.word())?;
                    }
                    writeln!(self.out, "</attributes>")?;
                }
                writeln!(self.out, "<nodes>")?;
            }
        }
        Ok(())
    }

    /// Writes a node; values are in the order of the attributes.
    ///
    /// # Errors
    /// [`Error::Write`], [`Error::Width`], [`Error::NodeAfterEdge`].
    pub fn node(&mut self, id: &str, values: &[Value]) -> Result<(), Error> {
        if self.in_edges {
            return Err(Error::NodeAfterEdge);
        }
        check(values, self.nodes.len())?;
        let id = escaped(id);
        match self.format {
            GraphFormat::GraphMl => write!(self.out, "<node id=\"{id}\">")?,
            GraphFormat::Gexf => write!(self.out, "<node id=\"{id}\" label=\"{id}\">")?,
        }
        self.values('n', values)?;
        Ok(writeln!(self.out, "</node>")?)
    }

    /// Writes an edge between two nodes.
    ///
    /// # Errors
    /// [`Error::Write`], [`Error::Width`].
    pub fn edge(&mut self, one: &str, other: &str, values: &[Value]) -> Result<(), Error> {
        check(values, self.edges.len())?;
        self.begin_edges()?;
        let (one, other) = (escaped(one), escaped(other));
        write!(self.out, "<edge id=\"{}\" source=\"{one}\" target=\"{other}\">", self.count)?;
        self.count += 1;
        self.values('e', values)?;
        Ok(writeln!(self.out, "</edge>")?)
    }

    fn begin_edges(&mut self) -> Result<(), Error> {
        if !self.in_edges && self.format == GraphFormat::Gexf {
            writeln!(self.out, "</nodes>\n<edges>")?;
        }
        self.in_edges = true;
        Ok(())
    }

    fn values(&mut self, letter: char, values: &[Value]) -> Result<(), Error> {
        if self.format == GraphFormat::Gexf {
            write!(self.out, "<attvalues>")?;
        }
        for (at, value) in values.iter().enumerate().filter(|(_, value)| **value != Value::Null) {
            let text = match value {
                Value::Text(text) => escaped(text),
                other => escaped(&other.to_string()),
            };
            match self.format {
                GraphFormat::GraphMl => write!(self.out, "<data key=\"{letter}{at}\">{text}</data>")?,
                GraphFormat::Gexf => write!(self.out, "<attvalue for=\"{at}\" value=\"{text}\"/>")?,
            }
        }
        if self.format == GraphFormat::Gexf {
            write!(self.out, "</attvalues>")?;
        }
        Ok(())
    }

    /// Ends the file and gives the output back.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn finish(mut self) -> Result<W, Error> {
        self.begin_edges()?;
        match self.format {
            GraphFormat::GraphMl => writeln!(self.out, "</graph>\n</graphml>")?,
            GraphFormat::Gexf => writeln!(self.out, "</edges>\n</graph>\n</gexf>")?,
        }
        self.out.flush()?;
        Ok(self.out)
    }
}

impl AttributeKind {
    /// The word that both formats have for it.
    fn word(self) -> &'static str {
        match self {
            AttributeKind::Count => "long",
            AttributeKind::Number => "double",
            AttributeKind::Text => "string",
        }
    }
}

fn check(values: &[Value], width: usize) -> Result<(), Error> {
    if values.len() == width { Ok(()) } else { Err(Error::Width { expected: width, found: values.len() }) }
}

/// The text inside an element or a quoted attribute. Characters that XML 1.0 has no way to write become U+FFFD.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A reader would make spaces of them in an attribute.
            '\t' | '\n' | '\r' => out.push_str(&format!("&#{};", u32::from(character))),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}
