"""The encoders: one vector for every way of writing Serbian, the same bits in every batch, no torch where none is due."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from psimm_docs.encode import (
    BUNDLED,
    BundledEncoder,
    SentenceTransformerEncoder,
    encode_headed,
    open_encoder,
    split_words,
)
from psimm_docs.errors import PsimmError
from psimm_docs.fold import CYRILLIC, LATIN, fold

TEXTS = [
    "Послодавац подноси захтев за дозволу за рад странца у року од 8 дана.",
    "The employer files the request for the foreigner's work permit within 8 days.",
    "Punëdhënësi paraqet kërkesën për leje pune të të huajit brenda 8 ditëve.",
    "Работодавачот поднесува барање за работна дозвола за странец во рок од 8 дена.",
    "Poslodavac podnosi zahtjev za radnu dozvolu stranca u roku od 8 dana.",
    "viza",
    "Član 43. stav (2) tačka 1) – „radna dozvola“; Neni 12, pika 7, shkronja ç)",
    "  \t\n",
    "",
    "…—„",
]


@pytest.fixture(scope="module")
def encoder() -> BundledEncoder:
    return BundledEncoder()


def test_shape_length_and_type(encoder: BundledEncoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors[:7], axis=1), 1, atol=1e-5)
    assert not vectors[7:].any()


def test_no_texts(encoder: BundledEncoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimensions)


@pytest.mark.parametrize(
    ("cyrillic", "latin", "plain"),
    [
        ("Ђорђе Ђоковић", "Đorđe Đoković", "dorde dokovic"),
        ("ЉУБИЧИЦА ЊЕГОШ ЏЕП", "LJUBIČICA NJEGOŠ DŽEP", "ljubicica njegos dzep"),
        ("Жалба се подноси у року од осам дана", "Žalba se podnosi u roku od osam dana", "zalba se podnosi u roku od osam dana"),
        ("Чланови ћерке шуме", "Članovi ćerke šume", "clanovi cerke sume"),
        ("Ѓорѓи Ќерим ѕвезда", "Ģorģi Ķerim dzvezda", "gorgi kerim dzvezda"),
        ("", "Ligji për të huajt, çështje", "ligji per te huajt, ceshtje"),
        ("", "nezaposlenost śutra źenica", "nezaposlenost sutra zenica"),
    ],
)  # fmt: skip
def test_scripts_and_plain_typing_are_one_vector(
    encoder: BundledEncoder, cyrillic: str, latin: str, plain: str
) -> None:
    vectors = encoder.encode([cyrillic or latin, latin, plain])
    assert np.array_equal(vectors[0], vectors[1])
    assert np.array_equal(vectors[1], vectors[2])


def test_decomposed_letters_and_soft_hyphens_change_nothing(encoder: BundledEncoder) -> None:
    vectors = encoder.encode(["dječačić", "djec\u030cac\u030cic\u0301", "dje\u00adčačić", "DJEČAČIĆ"])
    assert all(np.array_equal(vectors[0], vector) for vector in vectors)


def test_the_normaliser_is_the_fold_of_the_package() -> None:
    normalise = Tokenizer.from_file(str(BUNDLED / "tokenizer.json")).normalizer.normalize_str
    letters = "".join({**CYRILLIC, **LATIN}) + "abcçëšžčćśźáéíóúàèёѐѝљњﬁŉǆ№½\u00ad"
    for letter in letters + letters.upper():
        assert normalise(letter) == fold(letter), letter
    for text in TEXTS:
        assert normalise(text) == fold(text)


def test_a_text_is_the_same_bit_by_bit_in_every_batch(encoder: BundledEncoder) -> None:
    rng = np.random.default_rng(1)
    words = " ".join(TEXTS).split()
    texts = [*TEXTS, *(" ".join(rng.choice(words, size=rng.integers(1, 400))) for _ in range(300))]
    together = encoder.encode(texts)
    assert np.array_equal(together[::-1], encoder.encode(texts[::-1]))
    assert np.array_equal(together, np.concatenate([encoder.encode([text]) for text in texts]))
    assert np.array_equal(together[100:107], encoder.encode(texts[100:107]))


def test_words_give_the_pieces_of_the_whole_text() -> None:
    tokenizer = Tokenizer.from_file(str(BUNDLED / "tokenizer.json"))
    texts = [*TEXTS, "a¨b ﷺ x\u00a0y 1.000,50 EUR", "Nr. 79/2021 § 5 <b>r&d</b>"]
    words = split_words(tokenizer, texts)
    for text, first, last in zip(texts, words.text_starts, words.text_starts[1:], strict=False):
        pieces = [
            piece
            for word in words.words[first:last]
            for piece in words.pieces[words.word_starts[word] : words.word_starts[word + 1]]
        ]
        assert pieces == tokenizer.encode(text, add_special_tokens=False).ids


def test_translations_lie_nearer_than_other_texts(encoder: BundledEncoder) -> None:
    vectors = encoder.encode(TEXTS[:5])
    other = encoder.encode(["Trgovina poljoprivrednim proizvodima i izvoz voća na tržište."])[0]
    assert (vectors @ vectors.T).min() > (vectors @ other).max()


def test_version_is_of_the_content(encoder: BundledEncoder, tmp_path: Path) -> None:
    for name in ("tokenizer.json", "model.safetensors"):
        (tmp_path / name).write_bytes((BUNDLED / name).read_bytes())
    assert BundledEncoder(tmp_path).version == encoder.version
    content = json.loads((tmp_path / "tokenizer.json").read_text(encoding="utf-8"))
    content["model"]["vocab"][100][1] -= 1.0
    (tmp_path / "tokenizer.json").write_text(json.dumps(content), encoding="utf-8")
    assert BundledEncoder(tmp_path).version != encoder.version


def test_the_folder_fits_the_package() -> None:
    assert sum(path.stat().st_size for path in BUNDLED.rglob("*") if path.is_file()) <= 40_000_000


def test_sentence_transformers_gives_the_same_vectors(encoder: BundledEncoder) -> None:
    texts = [text for text in TEXTS if encoder.encode([text]).any()]
    other = SentenceTransformerEncoder(BUNDLED)
    assert other.dimensions == encoder.dimensions
    assert np.allclose(other.encode(texts), encoder.encode(texts), atol=1e-3)


def test_bundled_path_needs_no_torch() -> None:
    code = (
        "import sys; from psimm_docs.encode import open_encoder; open_encoder().encode(['radna dozvola']); "
        "print([m for m in ('torch', 'transformers', 'sentence_transformers', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.fixture
def tiny_model(tmp_path: Path) -> Path:
    """Return the folder of a model of twenty words, made here."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import StaticEmbedding

    words = [
        "[UNK]",
        *[
            "radna",
            "dozvola",
            "stranac",
            "viza",
            "rok",
            "dana",
            "leje",
            "pune",
            "work",
            "permit",
            "the",
            "a",
            "za",
            "od",
            "i",
            "u",
            "na",
            "se",
            "je",
        ],
    ]
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    weights = np.random.default_rng(0).normal(size=(len(words), 8)).astype(np.float32)
    folder = tmp_path / "tiny"
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)]).save(str(folder))
    return folder


def test_any_sentence_transformers_folder(tiny_model: Path) -> None:
    other = open_encoder(str(tiny_model))
    vectors = other.encode(["radna dozvola", "work permit", " "])
    assert vectors.shape == (3, 8)
    assert other.dimensions == 8
    assert np.allclose(np.linalg.norm(vectors[:2], axis=1), 1, atol=1e-5)
    assert not vectors[2].any()
    assert other.version == open_encoder(str(tiny_model)).version


def test_version_of_a_folder_follows_its_files(tiny_model: Path) -> None:
    before = SentenceTransformerEncoder(tiny_model).version
    config = tiny_model / "config_sentence_transformers.json"
    config.write_text(config.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert SentenceTransformerEncoder(tiny_model).version != before


def test_pickled_weights_are_refused(tiny_model: Path) -> None:
    (tiny_model / "model.safetensors").rename(tiny_model / "pytorch_model.bin")
    with pytest.raises(PsimmError, match="safetensors"):
        open_encoder(str(tiny_model))


@pytest.mark.parametrize("spec", ["/no/such/folder", "./none", "nobody/no-such-model", "no such model!"])
def test_missing_encoders_say_what_to_do(spec: str) -> None:
    with pytest.raises(PsimmError, match="bundled"):
        open_encoder(spec)


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(PsimmError, match=r"modules\.json"):
        open_encoder(str(tmp_path))
    with pytest.raises(PsimmError, match=r"tokenizer\.json is missing"):
        BundledEncoder(tmp_path)


def test_prefixes_stand_before_queries_and_passages(tiny_model: Path) -> None:
    plain = open_encoder(str(tiny_model))
    prefixed = open_encoder(str(tiny_model), query_prefix="work permit ", passage_prefix="rok ")
    assert np.allclose(prefixed.encode_query("viza"), plain.encode_query("work permit viza"))
    assert np.allclose(prefixed.encode(["viza"]), plain.encode(["rok viza"]))
    assert prefixed.version != plain.version


def test_a_heading_adds_to_what_stands_under_it(encoder: BundledEncoder) -> None:
    asked = encoder.encode_query("fee for the visa")
    bare, headed = encode_headed(encoder, ["It is paid in advance."] * 2, ["", "Visa fee"])
    assert float(asked @ headed) > float(asked @ bare)
    assert np.allclose(np.linalg.norm([bare, headed], axis=1), 1, atol=1e-5)
    assert encode_headed(encoder, [], []).shape == (0, encoder.dimensions)
