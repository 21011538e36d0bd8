"""Writes a BERT of one layer with random weights: it embeds, and means nothing. Usage: make-model.py FILE"""
import string
import sys

import gguf
import numpy

LENGTH, FEED_FORWARD, CONTEXT = 32, 64, 512
pieces = string.ascii_lowercase + string.digits
special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
tokens = special + ["\u2581" + piece for piece in pieces + ".,:;!?-_/#"] + list(pieces)

writer = gguf.GGUFWriter(sys.argv[1], "bert")
writer.add_name("tiny")
writer.add_context_length(CONTEXT)
writer.add_embedding_length(LENGTH)
writer.add_block_count(1)
writer.add_feed_forward_length(FEED_FORWARD)
writer.add_head_count(2)
writer.add_layer_norm_eps(1e-12)
writer.add_causal_attention(False)
writer.add_pooling_type(gguf.PoolingType.MEAN)
writer.add_file_type(0)
writer.add_vocab_size(len(tokens))
writer.add_tokenizer_model("bert")
writer.add_tokenizer_pre("default")
writer.add_token_list(tokens)
writer.add_token_type_count(2)
writer.add_token_types([3] * len(special) + [1] * (len(tokens) - len(special)))
writer.add_unk_token_id(1)
writer.add_sep_token_id(3)
writer.add_pad_token_id(0)
writer.add_mask_token_id(4)
writer.add_bos_token_id(2)
writer.add_eos_token_id(3)

# The same file every time.
random = numpy.random.default_rng(7)


def weights(name, *shape):
    writer.add_tensor(name, random.normal(0, 0.1, shape).astype(numpy.float32))


def norm(name):
    writer.add_tensor(name + ".weight", numpy.ones(LENGTH, numpy.float32))
    writer.add_tensor(name + ".bias", numpy.zeros(LENGTH, numpy.float32))


weights("token_embd.weight", len(tokens), LENGTH)
weights("position_embd.weight", CONTEXT, LENGTH)
weights("token_types.weight", 2, LENGTH)
norm("token_embd_norm")
for part in ["attn_q", "attn_k", "attn_v", "attn_output"]:
    weights(f"blk.0.{part}.weight", LENGTH, LENGTH)
    weights(f"blk.0.{part}.bias", LENGTH)
norm("blk.0.attn_output_norm")
weights("blk.0.ffn_up.weight", FEED_FORWARD, LENGTH)
weights("blk.0.ffn_up.bias", FEED_FORWARD)
weights("blk.0.ffn_down.weight", LENGTH, FEED_FORWARD)
weights("blk.0.ffn_down.bias", LENGTH)
norm("blk.0.layer_output_norm")

writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
