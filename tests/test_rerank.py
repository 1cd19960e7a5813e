"""A cross-encoder that the test builds: it orders the first hits, needs safetensors and one score, and comes from the settings."""

from dataclasses import replace
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from psimm_docs.errors import PsimmError
from psimm_docs.records import Hit, Span
from psimm_docs.rerank import Reranker
from psimm_docs.workbench import Workbench
from psimm_docs.workspace import EncodeSettings, SearchSettings, Settings, Workspace

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "work", "permit", "visa", "fee", "taksa", "viza", "rad", "dozvola")


def tiny_cross_encoder(folder: Path, *, labels: int = 1) -> Path:
    import torch
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    torch.manual_seed(0)
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=32,
    )
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=40,
        num_labels=labels,
        initializer_range=1.0,
    )
    BertForSequenceClassification(config).save_pretrained(folder, safe_serialization=True)
    fast.save_pretrained(folder)
    return folder


def hits(*texts: str) -> list[Hit]:
    blank = Hit("a#art_1", "a", "a#art_1", Span(0, 1), "", "", "", "", "", "RS", "en", "", "", 0, 0.5)
    return [replace(blank, provision_id=f"a#art_{place}", text=text) for place, text in enumerate(texts)]


def test_the_first_hits_are_put_in_order_and_the_others_stay(tmp_path: Path) -> None:
    reranker = Reranker(tiny_cross_encoder(tmp_path / "cross"))
    found = hits("visa fee", "work permit", "taksa viza", "rad dozvola")
    ordered = reranker.order("work permit", found, depth=3)
    assert sorted(hit.provision_id for hit in ordered[:3]) == ["a#art_0", "a#art_1", "a#art_2"]
    assert ordered[3] == found[3]
    backwards = reranker.order("work permit", found[2::-1], depth=3)
    assert [hit.provision_id for hit in backwards] == [hit.provision_id for hit in ordered[:3]]
    assert reranker.order("work permit", [], depth=3) == ()


def test_a_model_with_more_scores_than_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PsimmError, match="one score a pair"):
        Reranker(tiny_cross_encoder(tmp_path / "cross", labels=3))


def test_pickled_weights_and_missing_models_are_refused(tmp_path: Path) -> None:
    folder = tiny_cross_encoder(tmp_path / "cross")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(PsimmError, match="safetensors"):
        Reranker(folder)
    with pytest.raises(PsimmError, match="no-such"):
        Reranker("nobody/no-such-model")


def test_the_settings_name_it(shipped: Path, tmp_path: Path) -> None:
    folder = tiny_cross_encoder(tmp_path / "cross")
    plain = Workbench(Workspace(shipped))
    assert plain.reranker is None
    settings = Settings(encode=EncodeSettings(), search=SearchSettings(reranker=str(folder), rerank_depth=5))
    reordering = Workbench(Workspace(shipped, settings))
    one, other = (bench.search("work permit fee", limit=8).hits for bench in (plain, reordering))
    assert {hit.provision_id for hit in one} == {hit.provision_id for hit in other}
    assert one[5:] == other[5:]
    assert one[:5] != other[:5]
