"""The language of Vietnamese news sites: menus, headings of lists, widgets, credits, footers.

Common words of the genre, written for this project from general knowledge. Every list is only half of what a composed page says: the
other half is random words, so that a model trained on such pages learns where a line stands and how it is shaped, not what it says.
"""

from dataclasses import dataclass, fields
from typing import Final


def _entries(text: str) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in text.replace('\n', '·').split('·') if entry.strip())


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Lists of phrases, one per use on a page; `{}` in a phrase is filled when a page is composed."""

    sections: tuple[str, ...]
    places: tuple[str, ...]
    menu: tuple[str, ...]
    headings: tuple[str, ...]
    widgets: tuple[str, ...]
    interruptions: tuple[str, ...]
    adverts: tuple[str, ...]
    comment_forms: tuple[str, ...]
    opinions: tuple[str, ...]
    footers: tuple[str, ...]
    pointers: tuple[str, ...]
    agencies: tuple[str, ...]
    families: tuple[str, ...]
    given: tuple[str, ...]
    site_words: tuple[str, ...]
    tag_labels: tuple[str, ...]
    credits: tuple[str, ...]

    def half(self, which: int) -> 'Lexicon':
        """Every other phrase of each list, beginning with the first (0) or the second (1): two lexicons without a common phrase."""
        return Lexicon(*(getattr(self, field.name)[which::2] for field in fields(self)))


LEXICON: Final = Lexicon(
    sections=_entries("""
        Thời sự · Chính trị · Xã hội · Thế giới · Kinh tế · Kinh doanh · Pháp luật · Giáo dục · Sức khỏe · Đời sống · Văn hóa · Giải trí
        Thể thao · Công nghệ · Khoa học · Du lịch · Xe · Ô tô - Xe máy · Bất động sản · Tài chính · Chứng khoán · Ngân hàng · Doanh nghiệp
        Quốc phòng · An ninh · Quân sự · Hồ sơ · Bình luận · Góc nhìn · Phân tích · Bạn đọc · Tâm sự · Gia đình · Phụ nữ · Giới trẻ
        Nhịp sống trẻ · Âm nhạc · Điện ảnh · Truyền hình · Sách · Mỹ thuật · Thời trang · Làm đẹp · Ẩm thực · Bóng đá · Quần vợt
        Hậu trường · Bóng đá quốc tế · Bóng đá Việt Nam · Tuyển sinh · Du học · Học tiếng Anh · Việc làm · Lao động · Y tế · Dinh dưỡng
        Khỏe đẹp · Môi trường · Biển đảo · Nông nghiệp · Nông thôn mới · Thị trường · Giá cả · Tiêu dùng · Mua sắm · Khuyến mại · Đầu tư
        Quốc tế · Châu Á · Châu Âu · Châu Mỹ · Người Việt bốn phương · Chuyện lạ · Đó đây · Phóng sự · Ký sự · Điều tra · Vụ án · Hình sự
        Tư vấn · Hỏi đáp · Cải cách hành chính · Xây dựng Đảng · Quốc hội · Đoàn thể · Dân tộc - Tôn giáo · Giao thông · Đô thị · Nhà đẹp
        Không gian sống · Phong thủy · Số hóa · Thiết bị · Phần mềm · Viễn thông · Trò chơi · Infographic · Video · Ảnh · Podcast · Magazine
        Emagazine · Longform · Multimedia · Media · Đọc báo in · Tin nóng · Tin vắn · Sự kiện · Chuyên đề · Tiêu điểm · Địa phương · Cười
        Cung hoàng đạo · Tình yêu · Hôn nhân · Nuôi con · Mẹ và bé · Làm giàu · Khởi nghiệp · Năng lượng · Di sản · Lễ hội · Khám phá"""),
    places=_entries("""
        Hà Nội · TP HCM · Đà Nẵng · Hải Phòng · Cần Thơ · Huế · Nghệ An · Thanh Hóa · Quảng Ninh · Quảng Nam · Bình Định · Khánh Hòa
        Lâm Đồng · Đồng Nai · Bình Dương · Long An · An Giang · Cà Mau · Kiên Giang · Bến Tre · Sơn La · Lào Cai · Hà Giang · Thái Nguyên
        Bắc Ninh · Nam Định · Ninh Bình · Gia Lai · Đắk Lắk · Phú Yên · Vũng Tàu · Tây Ninh"""),
    menu=_entries("""
        Trang chủ · Đăng nhập · Đăng ký · Tìm kiếm · Liên hệ · Liên hệ quảng cáo · Giới thiệu · RSS · English · Menu · Mới nhất · Tất cả
        Thông tin tòa soạn · Đường dây nóng · Đặt báo · Báo in · Tải ứng dụng · Điều khoản sử dụng · Chính sách bảo mật · Sơ đồ trang
        Lên đầu trang · Về trang trước · Trở lại · Xem theo ngày · Trang sau · Trang trước · Trang đầu · Tiếp · Tài khoản · Thoát
        Tìm · Nhập từ khóa cần tìm · Chuyên mục · Danh mục · Đóng · Mở menu · Phiên bản mobile · Bản in · Lịch · Thời tiết · Giá vàng
        Tỷ giá · Xổ số · Lịch thi đấu · Kết quả · Truyền hình trực tuyến · Rao vặt · Diễn đàn · Việc làm 24h · Hộp thư · Góp ý
        Chủ đề nóng · Xem tất cả · Xem thêm · Quay lại · Hỗ trợ khách hàng · Câu hỏi thường gặp · Nhuận bút · Tuyển dụng · Thư viện ảnh"""),
    headings=_entries("""
        Tin liên quan · Tin cùng chuyên mục · Cùng chuyên mục · Tin mới nhất · Tin mới · Mới nhất · Đọc nhiều · Đọc nhiều nhất · Xem nhiều
        Tin đọc nhiều · Tiêu điểm · Tin nổi bật · Nổi bật · Có thể bạn quan tâm · Bạn có thể quan tâm · Tin nên đọc · Đừng bỏ lỡ · Tin khác
        Các tin khác · Tin đã đưa · Các bài đã đăng · Tin bài khác · Cùng chủ đề · Bài liên quan · Đọc thêm · Xem thêm · Tin tức trong ngày
        Tham khảo thêm · Dành cho bạn · Gợi ý cho bạn · Được quan tâm · Bạn đọc quan tâm · Nóng trong ngày · Tin hot · Tin 24h · Chọn lọc
        Tin theo khu vực · Bài đọc nhiều · Tin cũ hơn · Tin tiếp theo · Video mới · Video nổi bật · Tin ảnh · Phóng sự ảnh · Thông tin doanh nghiệp
        Bài viết cùng tác giả · Mới cập nhật · Nhiều người đọc · Tin trong mục · Chuyên đề · Dòng sự kiện · Sự kiện nóng · Bình luận nhiều
        Xu hướng · Không thể bỏ qua · Ý kiến bạn đọc · Tin vắn · Nhịp cầu · Tin trang chủ · Chuyện hôm nay · Tâm điểm · Thông tin cần biết"""),
    widgets=_entries("""
        Chia sẻ · Chia sẻ Facebook · Facebook · Twitter · Zalo · Copy link · Sao chép liên kết · In bài · In bài viết · Gửi email · Gửi cho bạn bè
        Lưu bài viết · Thích · Theo dõi · Theo dõi trên Google News · Cỡ chữ · A- A A+ · aA · 0 · 0 0 · Lượt xem: {n} · {n} lượt xem · Bình chọn
        Đánh giá bài viết · Nghe bài viết · Đọc bài viết · Giọng nữ · Giọng nam · Tốc độ · 0:00 / {n}:12 · Video đang phát · Tạm dừng
        Lưu · Báo lỗi · Báo cáo vi phạm · Phản hồi · Quay lại · Bài viết hay? Hãy bình chọn · ({n} bình chọn, 4/5 điểm) · Link bài gốc
        Pinterest · Gửi bài · Yêu thích · Email · Messenger · LinkedIn · Quan tâm Zalo · Xem trên ứng dụng · Nhấn để nghe · * · + · × · | · >>
        Chia sẻ bài viết này · Bạn thấy bài viết này thế nào? · Gửi tặng sao · Tải về · Toàn màn hình · Kích thước chữ · {n}"""),
    interruptions=_entries("""
        Video · Xem video · Clip · Đang phát · Video đang xem nhiều · Bật tiếng · Phát lại · loading... · Đang tải... · 0:00 · Tắt tiếng
        Trình duyệt của bạn không hỗ trợ video · Ảnh lớn · Xem ảnh · Phóng to · Trước · Sau · 1/{n} · Slide · Bấm để xem ảnh lớn
        Mời độc giả theo dõi kênh của chúng tôi · Theo dõi chúng tôi trên mạng xã hội · Nội dung đang được cập nhật · Tin mới"""),
    adverts=_entries("""
        Quảng cáo · QUẢNG CÁO · Tài trợ · Nội dung tài trợ · Thông tin quảng cáo · Mua ngay · Đăng ký ngay · Giảm giá {n}% hôm nay
        Ưu đãi đến {n}% cho khách hàng mới, chỉ trong tuần này. · Tải ứng dụng để đọc tin nhanh hơn · Nhận bản tin mỗi sáng qua email của bạn
        Giá từ {n}.000 đồng · {n}.990.000₫ · Đặt mua báo dài hạn để nhận quà tặng · Bài viết do đối tác cung cấp · Xem chi tiết
        Hotline tư vấn miễn phí: 1900 {n} · Miễn phí giao hàng toàn quốc · Khuyến mãi lớn nhất trong năm · Đối tác của chúng tôi"""),
    comment_forms=_entries("""
        Bình luận · Bình luận ({n}) · Ý kiến bạn đọc ({n}) · Gửi bình luận · Gửi ý kiến · Gửi phản hồi · Xem phản hồi · Trả lời · Thích
        Báo vi phạm · Họ tên · Email của bạn · Nội dung · Ý kiến của bạn · Mã xác nhận · Mới nhất · Quan tâm nhất · Xem thêm bình luận
        Hãy là người đầu tiên bình luận về bài viết này. · Đăng nhập để gửi ý kiến của bạn
        Vui lòng viết tiếng Việt có dấu; ý kiến sẽ được duyệt trước khi đăng. · Chưa có bình luận nào · {n} phản hồi · Nhập ý kiến của bạn"""),
    opinions=_entries("""
        Đọc xong thấy buồn quá. · Cảm ơn tác giả về bài viết hay. · Chuẩn luôn! · Mình không đồng ý với ý kiến này, cần xem lại cách làm.
        Chúc mọi người nhiều sức khỏe và bình an. · Sao không xử lý nghiêm để làm gương cho người khác, cứ thế này thì ai cũng làm theo?
        hay quá, mong có thêm nhiều bài như vậy · Theo tôi thì nên làm từ lâu rồi, bây giờ mới làm là hơi muộn nhưng vẫn còn hơn không.
        Quá đúng, chỗ tôi ở cũng y như vậy, kiến nghị bao nhiêu lần mà chưa ai giải quyết. · toi thay binh thuong ma, co gi dau
        Hóng tiếp · Buồn · Tuyệt vời · Thương quá · Mong các cơ quan chức năng sớm vào cuộc để người dân yên tâm làm ăn."""),
    footers=_entries("""
        Cơ quan chủ quản: {org} · Tổng biên tập: {name} · Phó tổng biên tập: {name} - {name} · Giấy phép số {n}/GP-BTTTT cấp ngày {date}
        Giấy phép xuất bản số {n}/GP-BVHTT do Bộ Văn hóa Thông tin cấp ngày {date}. · Tòa soạn: số {n} phố {name}, quận Một, {place}
        Trụ sở chính: số {n} đường {name}, {place} · Điện thoại: 024.{n}.{n} - Fax: 024.{n}.{n} · Hotline: 09{n}.{n} · Email: toasoan@{site}.vn
        © Bản quyền thuộc về {site}. · Copyright © {year} {site}. All rights reserved. · ® {site} giữ bản quyền nội dung trên website này
        Ghi rõ nguồn "{site}" khi phát hành lại thông tin từ website này. · Cấm sao chép dưới mọi hình thức nếu không có sự chấp thuận bằng văn bản.
        Văn phòng đại diện tại {place}: số {n} đường {name}, phường {n} · Liên hệ quảng cáo: {n} {n} {n} · Chịu trách nhiệm nội dung: {name}
        Thuộc {org} · Phát triển bởi {site} · Báo điện tử {site} · Đơn vị hợp tác: {org} · Thiết kế và vận hành: công ty {site}
        Báo điện tử {site} là cơ quan ngôn luận của {org}, hoạt động theo giấy phép số {n}/GP-BTTTT do Bộ Thông tin và Truyền thông cấp ngày {date}.
        ISSN: {n}-{n} · Mã số thuế: 010{n}{n} · Tel: ({n}) {n} {n} · Đường dây nóng: {n}.{n}.{n} (Hà Nội) - {n}.{n}.{n} (TP HCM)"""),
    pointers=_entries("""
        >> · > · >>> · Xem thêm: · Đọc thêm: · Tin liên quan: · Mời xem thêm: · Liên quan: · ▶ · • · Xem lại: · TIN LIÊN QUAN · Đọc tiếp:
        → · + · Bài liên quan:"""),
    agencies=_entries("""
        TTXVN · Reuters · AFP · AP · Getty · TASS · RT · BBC · CNN · Kyodo · NHK · Yonhap · Xinhua · Bloomberg · EPA · Sputnik · VTV · VOV
        Tiền Phong · Lao Động · Dân Việt · Tuổi Trẻ · VTC News · Zing · Thanh Niên · Sohu · Daily Mail · Guardian · NLĐ · PLO · Vietnam+"""),
    families=_entries(
        'Nguyễn · Trần · Lê · Phạm · Hoàng · Vũ · Phan · Đặng · Bùi · Đỗ · Hồ · Ngô · Dương · Lý · Mai · Đinh · Trịnh · Cao · Lương'
    ),
    given=_entries("""
        An · Anh · Bình · Châu · Chi · Cường · Dung · Dũng · Đức · Giang · Hà · Hải · Hạnh · Hiếu · Hoa · Hòa · Hùng · Hương · Khánh · Lan
        Linh · Long · Mai · Minh · Nam · Nga · Ngọc · Nhung · Phong · Phương · Quang · Quân · Sơn · Tâm · Thảo · Thành · Thu · Trang · Tú · Vy"""),
    site_words=_entries(
        'Báo · Tin · Nhanh · Mới · Việt · Nam · Ngày · Nay · Đời · Sống · Trẻ · Online · News · Thời · Đại · 24h · Phố · Dân · Net · Plus'
    ),
    tag_labels=_entries('Tags: · Từ khóa: · Chủ đề: · Tags · TAG: · Từ Khóa · Chủ đề · Xem thêm về: · Thẻ: · Nhãn:'),
    credits=_entries("""
        Theo {agency} · Theo {name}/{agency} · {name} · {NAME} · {agency} · {name} - {name} · ({agency}) · (Theo {agency}) · {name} (Theo {agency})
        {name}/{agency} · Bài, ảnh: {name} · Tổng hợp · PV · Theo {agency}, {agency} · {name} ({agency}) · {NAME} ({place}) · (Tổng hợp)
        Nguồn: {agency} · Theo: {agency} · {name} (lược dịch) · Theo {name} ({agency}) · {name} (T/h) · Bài và ảnh: {NAME} · {name}/Báo {agency}
        Nguồn {agency} · Theo báo {agency} · {name} (biên dịch) · N.{given} · {given} {given} · {name} / {agency} · P.V/{agency} · Tác giả: {name}"""),
)
"""The whole lexicon."""
