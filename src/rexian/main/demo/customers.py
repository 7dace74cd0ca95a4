"""The demonstration's customers: made by chance from common names, always the same ones."""

import random
from collections.abc import Iterator

from rexian.core.ids import CustomerId, uuid7
from rexian.crm.model import Customer, Identity, IdentityKind
from rexian.main.wiring import PUBLIC_CALLER

COUNT = 200
_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = (
    *("伟", "芳", "娜", "秀英", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超"),
    *("秀兰", "霞", "平", "刚", "桂英", "建华", "文博", "雨桐", "子涵", "梓萱", "浩然", "思远", "欣怡", "志强", "国庆"),
)
_FOREIGN = ("Anna Schmidt", "John Miller", "Maria Rossi", "Kenji Tanaka", "Sophie Martin", "Liam O'Brien")
_MOBILE = ("133", "135", "136", "137", "138", "150", "158", "159", "177", "180", "186", "188", "189")
_CITIES = ("北京", "上海", "广州", "深圳", "杭州", "成都", "武汉", "南京", "西安", "青岛")
_TAGS = ("新客户", "老客户", "企业客户", "价格敏感", "曾投诉", "喜欢短信联系")
_NOTES = ("", "", "", "希望下午联系。", "说话请慢一些，客户年纪较大。", "公司采购负责人，需要开发票。")


def customers(seed: int = 4008001234) -> Iterator[Customer]:
    chance = random.Random(seed)
    names = [_name(chance, number) for number in range(COUNT)]
    yield Customer(
        id=CustomerId(uuid7()),
        name="王小明",
        identities=(Identity.of(IdentityKind.PHONE, PUBLIC_CALLER, "手机"),),
        tags=("老客户",),
        notes="用演示电话（/demo/phone）来电的客户。",
        vip=True,
    )
    for number, name in enumerate(names[1:]):
        yield _customer(chance, name, number)


def _name(chance: random.Random, number: int) -> str:
    if number % 33 == 32:
        return _FOREIGN[number // 33 % len(_FOREIGN)]
    return chance.choice(_FAMILY) + chance.choice(_GIVEN)


def _customer(chance: random.Random, name: str, number: int) -> Customer:
    mobile = f"{chance.choice(_MOBILE)}{number:04d}{chance.randrange(10**4):04d}"
    identities = [Identity.of(IdentityKind.PHONE, mobile, "手机")]
    if chance.random() < 0.4:
        identities.append(Identity.of(IdentityKind.MAIL, f"customer{number:03d}@example.com"))
    return Customer(
        id=CustomerId(uuid7()),
        name=name,
        identities=tuple(identities),
        tags=tuple(chance.sample(_TAGS, k=chance.randrange(3))),
        notes=chance.choice(_NOTES),
        attributes={"city": chance.choice(_CITIES), "since": str(chance.randrange(2015, 2026))},
        vip=chance.random() < 0.08,
    )
